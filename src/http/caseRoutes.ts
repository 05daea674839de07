import Joi from 'joi';
import type { Case, ContentStore, Person } from '../engine/ports.js';
import type { Directory } from '../engine/shared.js';
import {
  caseParams,
  kindOf,
  memberReads,
  memberWrites,
  type CaseEngine,
  type CaseParams,
} from './caseAccess.js';
import { caseHistoryRoutes } from './caseHistoryRoutes.js';
import { caseListRoutes, type CaseLists } from './caseListRoutes.js';
import { caseShape, caseView } from './caseView.js';
import type { Inbox } from '../inbox/inbox.js';
import type { KindApi } from './kind.js';
import { parseValue } from './parse.js';
import { route, type Call } from './route.js';

export interface CaseDependencies {
  readonly engine: CaseEngine;
  readonly kinds: readonly KindApi[];
  readonly contents: Pick<ContentStore, 'get'>;
  readonly lists: CaseLists;
  readonly inbox: Inbox;
  readonly directory: Pick<Directory, 'agencies' | 'round'>;
}

const eventShape = Joi.object({ type: Joi.string().max(60).required() }).unknown();
const sendShape = Joi.object({
  seq: Joi.number().integer().min(1).required().description('The seq of the case as it was read'),
  event: eventShape.required(),
});

/** Everything that may be sent to some kind of case, for the documentation. */
const documentedSend = (kinds: readonly KindApi[]) =>
  sendShape.keys({
    event: Joi.alternatives(
      ...kinds.flatMap(({ kind, events }) =>
        Object.entries(events).map(([type, fields]) =>
          fields.keys({ type: Joi.valid(type).required() }).description(`To a case of kind ${kind}`),
        ),
      ),
    ).required(),
  });

/** @throws {Refusal} BAD_INPUT: the event does not come from outside, or its fields are wrong */
const parsedEvent = (kind: KindApi, { type, ...fields }: { type: string }) => {
  const schema = Object.hasOwn(kind.events, type) ? kind.events[type] : undefined;
  if (!schema) {
    return parseValue<never>(Joi.valid(...Object.keys(kind.events)), type, 'event.type');
  }
  return { ...parseValue<object>(schema, fields, 'event'), type };
};

/** Cases of all kinds: starting, reading, moving, and how they came where they are. */
export const caseRoutes = ({ engine, kinds, contents, lists, inbox, directory }: CaseDependencies) => {
  const shown = async (
    found: Case,
    { person, t }: Pick<Call<unknown, unknown, unknown, Person>, 'person' | 't'>,
  ) => {
    const options = await engine.options({ person, found });
    return { revision: found.seq, body: await caseView({ found, person, options, t }, kindOf(kinds, found)) };
  };
  const oneCase = { description: 'The case', schema: caseShape };

  const starts = kinds.map((kind) =>
    route<unknown, unknown, unknown, 'member'>({
      ...memberWrites,
      method: 'post',
      path: `/${kind.plural}`,
      keyed: true,
      summary: `Start a case of kind ${kind.kind}`,
      schemas: { body: kind.start },
      responses: {
        201: { description: 'The new case, or the one that this request made before', schema: caseShape },
      },
      handler: async (call) => {
        const { person, body, key } = call;
        const found = await engine.start({ person, kind: kind.kind, input: body, key });
        return {
          ...(await shown(found, call)),
          status: 201,
          headers: { Location: `/api/v1/cases/${found.id}` },
        };
      },
    }),
  );

  return [
    ...starts,
    route<CaseParams, unknown, unknown, 'member'>({
      ...memberReads,
      method: 'get',
      path: '/cases/:id',
      summary: 'A case, with every event that is open to me or closed because',
      schemas: { params: caseParams },
      responses: { 200: oneCase },
      handler: async (call) =>
        shown(await engine.read({ person: call.person, caseId: call.params.id }), call),
    }),
    route<CaseParams, unknown, { seq: number; event: { type: string } }, 'member'>({
      ...memberWrites,
      method: 'post',
      path: '/cases/:id/events',
      bodyLimit: '2mb',
      keyed: true,
      summary: 'Ask a case to move',
      schemas: { params: caseParams, body: sendShape },
      documentedBody: documentedSend(kinds),
      responses: { 200: { description: 'The case as it stands now', schema: caseShape } },
      handler: async (call) => {
        const { person, params, body, key } = call;
        const before = await engine.read({ person, caseId: params.id });
        const event = parsedEvent(kindOf(kinds, before), body.event);
        return shown(await engine.send({ person, caseId: params.id, seq: body.seq, event, key }), call);
      },
    }),
    ...caseListRoutes({ lists, inbox, directory }),
    ...caseHistoryRoutes({ engine, kinds, contents }),
  ];
};
