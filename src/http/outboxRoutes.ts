import Joi from 'joi';
import { Refusal } from '../errors.js';
import { originOf } from './authenticate.js';
import type { CaseEngine } from './caseAccess.js';
import { keyOf, pageOf, pageQuery } from './cursor.js';
import { route } from './route.js';
import { listShape } from './shapes.js';

/** Something owed that was given up until a person looks. */
export interface DeadLetter {
  readonly id: string;
  readonly case: string;
  readonly intent: { readonly type: string };
  readonly at: string;
  readonly tries: number;
  readonly error?: string;
  readonly cause?: string;
}

/** Dead letters of one intent and one cause, which can be tried again together. */
export interface DeadKind {
  readonly intent: string;
  readonly cause: string;
  readonly count: number;
  readonly since: string;
}

export interface Outbox {
  dead(tenant: string, page?: { after?: string; limit?: number }): Promise<readonly DeadLetter[]>;
  deadKinds(tenant: string): Promise<readonly DeadKind[]>;
  /** @returns false when there is none that is dead */
  revive(tenant: string, id: string): Promise<boolean>;
  /** @returns how many are due again */
  reviveAlike(tenant: string, alike: Pick<DeadKind, 'intent' | 'cause'>): Promise<number>;
  progressOf(
    tenant: string,
    batch: string,
  ): Promise<{ chunks: number; done: number; dead: number; rowsDone: number; rowsRefused: number }>;
}

interface Given {
  readonly engine: Pick<CaseEngine, 'read'>;
  readonly outbox: Outbox;
  readonly record: (
    who: { tenant: string; by: string; about: string },
    origin: ReturnType<typeof originOf>,
  ) => Promise<void>;
}

const letterShape = Joi.object({
  id: Joi.string().required(),
  case: Joi.string().required(),
  intent: Joi.string().required(),
  at: Joi.string().required(),
  tries: Joi.number().integer().required(),
  error: Joi.string().allow('').required(),
  cause: Joi.string().allow('').required(),
});
const alike = {
  intent: Joi.string().max(50).required(),
  cause: Joi.string().max(200).required().description('What the errors have in common, as `kinds` tells it'),
};
const id = Joi.object({
  id: Joi.string()
    .pattern(/^[\w./:-]{1,200}$/, 'An id')
    .required()
    .description('Percent-encoded: it has slashes'),
});
const count = Joi.number().integer().min(0).required();

/** What the relay could not carry out, and how far a batch of events to other cases has come. */
export const outboxRoutes = ({ engine, outbox, record }: Given) => [
  route<unknown, { cursor?: string; limit: number }, unknown, 'overseer'>({
    method: 'get',
    path: '/deadLetters',
    access: 'overseer',
    scope: 'read',
    group: 'Outbox',
    summary: 'What was given up until a person looks',
    schemas: { query: Joi.object(pageQuery) },
    responses: { 200: { description: 'A page of them', schema: listShape(letterShape) } },
    handler: async ({ person, query }) => {
      const after = keyOf(query.cursor);
      const found = await outbox.dead(person.tenant, {
        ...(after !== null && { after }),
        limit: query.limit + 1,
      });
      const shown = found.map(({ intent, error, cause, ...letter }) => ({
        id: letter.id,
        case: letter.case,
        intent: intent.type,
        at: letter.at,
        tries: letter.tries,
        error: error ?? '',
        cause: cause ?? '',
      }));
      return { body: pageOf(shown, query.limit, (letter) => letter.id) };
    },
  }),
  route<unknown, unknown, unknown, 'overseer'>({
    method: 'get',
    path: '/deadLetters/kinds',
    access: 'overseer',
    scope: 'read',
    group: 'Outbox',
    summary: 'What was given up, counted by intent and cause',
    schemas: {},
    responses: {
      200: {
        description: 'Most first',
        schema: Joi.object({
          items: Joi.array()
            .items(
              Joi.object({
                ...alike,
                count: Joi.number().integer().min(1).required(),
                since: Joi.string().required(),
              }),
            )
            .required(),
        }),
      },
    },
    handler: async ({ person }) => ({ body: { items: await outbox.deadKinds(person.tenant) } }),
  }),
  route<unknown, unknown, Pick<DeadKind, 'intent' | 'cause'>, 'administrator'>({
    method: 'post',
    path: '/deadLetters/retry',
    access: 'administrator',
    scope: 'admin',
    group: 'Outbox',
    summary: 'Try again all that was given up of one intent and one cause',
    schemas: { body: Joi.object(alike) },
    responses: {
      200: {
        description: 'How many are due again',
        schema: Joi.object({ revived: Joi.number().integer().min(0).required() }),
      },
    },
    handler: async ({ person, body, req }) => {
      const revived = await outbox.reviveAlike(person.tenant, body);
      const about = `${body.intent} × ${revived}: ${body.cause}`;
      if (revived > 0) await record({ tenant: person.tenant, by: person.id, about }, originOf(req));
      return { body: { revived } };
    },
  }),
  route<{ id: string }, unknown, unknown, 'administrator'>({
    method: 'post',
    path: '/deadLetters/:id/retry',
    access: 'administrator',
    scope: 'admin',
    group: 'Outbox',
    summary: 'Try again what was given up; asked twice, it is tried once',
    schemas: { params: id },
    responses: { 204: { description: 'It is due again' } },
    handler: async ({ person, params, req }) => {
      if (!(await outbox.revive(person.tenant, params.id))) throw new Refusal('NOT_FOUND', params);
      await record({ tenant: person.tenant, by: person.id, about: params.id }, originOf(req));
      return {};
    },
  }),
  route<{ id: string }, unknown, unknown, 'member'>({
    method: 'get',
    path: '/batches/:id',
    access: 'member',
    scope: 'read',
    group: 'Outbox',
    summary: 'How far a batch of events to other cases has come',
    schemas: { params: id },
    responses: {
      200: {
        description: 'Counts of chunks and of rows',
        schema: Joi.object({ chunks: count, done: count, dead: count, rowsDone: count, rowsRefused: count }),
      },
    },
    handler: async ({ person, params }) => {
      // A batch is told to whoever may see the case that owes it: `<tenant>/<case>/<seq>/<n>`.
      await engine.read({ person, caseId: params.id.split('/')[1] ?? '' });
      const { chunks, done, dead, rowsDone, rowsRefused } = await outbox.progressOf(person.tenant, params.id);
      if (chunks === 0) throw new Refusal('NOT_FOUND', params);
      return { body: { chunks, done, dead, rowsDone, rowsRefused } };
    },
  }),
];
