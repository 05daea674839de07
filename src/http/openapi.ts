import type Joi from 'joi';
import { statusOf } from '../errors.js';
import type { AnyRoute, AnswerShape } from './route.js';

type Json = Record<string, unknown>;

/** A joi schema as JSON Schema 2020-12, which is what OpenAPI 3.1 speaks. */
const jsonSchema = (schema: Joi.Schema): Json => {
  const standard = schema['~standard'] as unknown as {
    jsonSchema: { input(options: { target: 'draft-2020-12' }): Json };
  };
  const { $schema: _, ...rest } = standard.jsonSchema.input({ target: 'draft-2020-12' });
  return rest;
};

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

const header = (name: string, description: string, pattern: string): Json => ({
  name,
  in: 'header',
  required: true,
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
      ...(conditional
        ? [header('If-Match', 'The ETag of what is being changed.', '^(W/)?"\\d{1,15}"$')]
        : []),
    ],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(body) } } },
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
      description:
        'Cases move by events; what is open to you on a case stands in its `options`. Amounts are whole đồng.',
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
