import type Joi from 'joi';
import { statusOf } from '../errors.js';
import { limits } from './clean.js';
import type { AnyRoute, AnswerShape } from './route.js';
import { jsonSchema } from './statedRules.js';

type Json = Record<string, unknown>;

const parametersOf = (schema: Joi.Schema | undefined, place: 'path' | 'query'): Json[] => {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
};

const header = (name: string, description: string, pattern: string, required = true): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string', pattern },
});

const answerOf = (shape: AnswerShape): Json => {
  if ('schema' in shape) {
    return {
      description: shape.description,
      content: { 'application/json': { schema: jsonSchema(shape.schema) } },
    };
  }
  if ('contentType' in shape) {
    return {
      description: shape.description,
      content: { [shape.contentType]: { schema: { type: 'string', format: 'binary' } } },
    };
  }
  return { description: shape.description };
};

const problemAnswer = { $ref: '#/components/responses/Problem' };

/** Which refusals can come before a handler is asked. */
const refusalsOf = ({ access, method, conditional, schemas }: AnyRoute): number[] => [
  ...(schemas ? [400] : []),
  ...(access === 'public' ? [] : [401, 403]),
  ...(method === 'get' ? [] : [413, 415]),
  ...(conditional ? [412, 428] : []),
];

const securityOf = ({ access, scope }: AnyRoute): Json[] => {
  if (access === 'public') return [];
  return scope === 'session' ? [{ session: [], csrf: [] }] : [{ session: [], csrf: [] }, { token: [] }];
};

const conditionsOf = (conditional: AnyRoute['conditional']): Json[] => {
  if (!conditional) return [];
  const orNew = conditional === 'orNew';
  const read = 'The ETag of what is being changed.';
  return [
    header(
      'If-Match',
      orNew ? `${read} One of If-Match and If-None-Match is needed.` : read,
      '^(W/)?"\\d{1,15}"$',
      !orNew,
    ),
    ...(orNew ? [header('If-None-Match', 'Makes what is not there yet.', '^\\*$', false)] : []),
  ];
};

/** A body is needed where none, which is taken as an empty object, would be refused. */
const isNeeded = (body: Joi.Schema): boolean => body.validate({}).error !== undefined;

const operationOf = (declared: AnyRoute): Json => {
  const {
    method,
    path,
    summary,
    group,
    scope,
    access,
    schemas = {},
    documentedBody,
    bodyType,
    keyed,
    conditional,
  } = declared;
  const body = documentedBody ?? schemas.body;
  return {
    operationId: `${method}${path.replace(/[/:]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    tags: [group],
    description: `Access: ${access}; token scope: ${scope}.`,
    security: securityOf(declared),
    parameters: [
      ...parametersOf(schemas.params, 'path'),
      ...parametersOf(schemas.query, 'query'),
      ...(keyed
        ? [
            header(
              'Idempotency-Key',
              'Names this request: sent twice, it is done once.',
              '^[\\w.:~-]{8,200}$',
            ),
          ]
        : []),
      ...conditionsOf(conditional),
    ],
    ...(bodyType === 'upload' && { requestBody: fileBody }),
    ...(body && {
      requestBody: {
        required: isNeeded(body),
        content: { 'application/json': { schema: jsonSchema(body) } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(declared.responses).map(([status, shape]) => [status, answerOf(shape)]),
      ),
      ...Object.fromEntries(refusalsOf(declared).map((status) => [status, problemAnswer])),
      default: problemAnswer,
    },
  };
};

const fileBody = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['file'],
        properties: { file: { type: 'string', format: 'binary' } },
      },
    },
  },
};

const problemSchema = {
  type: 'object',
  description: 'RFC 9457. `code` is stable; `detail` is worded in the language asked for.',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: [...Object.keys(statusOf), 'INTERNAL'] },
    requestId: { type: 'string' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

/** The description of all routes, from the very declarations that serve them. */
export const openApi = (routes: readonly AnyRoute[], version: string): Json => {
  const paths: Record<string, Json> = {};
  for (const declared of routes) {
    const path = declared.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [declared.method]: operationOf(declared) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tờ Trình',
      version,
      description: [
        'Cases move by events; what is open to you on a case stands in its `options`. Amounts are whole đồng.',
        'Text is composed (NFC) on its way in. Refused with 400, whatever a schema says: characters that cannot be seen or turn the direction of reading, a key that stands twice in one object, a number that cannot be held exactly as it is written, a key that begins with `$`,',
        `more than ${limits.depth} levels, a list of more than ${limits.items} items, and a query field that is not declared.`,
      ].join(' '),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'totrinh.sid' },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: 'X-CSRF-Token',
          description: 'With a session, on every change.',
        },
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'tt_…' },
      },
      schemas: { Problem: problemSchema },
      responses: {
        Problem: {
          description: 'Refused.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
};
