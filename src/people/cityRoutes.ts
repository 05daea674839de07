import Joi from 'joi';
import { badInput, Refusal, type FieldFault } from '../errors.js';
import { originOf } from '../http/authenticate.js';
import { route } from '../http/route.js';
import { idShape, wholeListShape } from '../http/shapes.js';
import type { AccessStore, Agency, AgencyStore, Round, RoundStore } from './ports.js';
import { agencyShape, roundShape, saveRoundShape } from './shapes.js';
import { accessRecord } from './signIn.js';

interface Given {
  readonly agencies: AgencyStore;
  readonly rounds: RoundStore;
  readonly access: Pick<AccessStore, 'add'>;
}

const agencyView = ({ tenant: _, ...shown }: Agency) => shown;
const roundView = ({ tenant: _, ...shown }: Round) => shown;
const id = Joi.object({ id: idShape.required() });

/** Agencies and rounds: for all to read, rounds for the administrator to set. */
export const cityRoutes = ({ agencies, rounds, access }: Given) => {
  const record = accessRecord(access);
  const shared = { access: 'signedIn', scope: 'read', group: 'City' } as const;
  return [
    route({
      ...shared,
      method: 'get',
      path: '/agencies',
      summary: 'The agencies of the city, in official order',
      responses: { 200: { description: 'All of them', schema: wholeListShape(agencyShape) } },
      handler: async ({ person }) => ({
        body: { items: (await agencies.list(person.tenant)).map(agencyView) },
      }),
    }),
    route({
      ...shared,
      method: 'get',
      path: '/rounds',
      summary: 'The rounds, the newest first',
      responses: { 200: { description: 'All of them', schema: wholeListShape(roundShape) } },
      handler: async ({ person }) => ({ body: { items: (await rounds.list(person.tenant)).map(roundView) } }),
    }),
    route<{ id: string }, unknown, unknown, 'signedIn'>({
      ...shared,
      method: 'get',
      path: '/rounds/:id',
      summary: 'A round: its dates, envelopes and substitutes',
      schemas: { params: id },
      responses: { 200: { description: 'The round', schema: roundShape } },
      handler: async ({ person, params }) => {
        const found = await rounds.find(person.tenant, params.id);
        if (!found) throw new Refusal('NOT_FOUND', params);
        return { body: roundView(found) };
      },
    }),
    route<{ id: string }, unknown, Omit<Round, 'tenant' | 'id'>, 'administrator'>({
      method: 'put',
      path: '/rounds/:id',
      access: 'administrator',
      scope: 'admin',
      group: 'Administration',
      summary: 'Open a round, or set its dates, envelopes and substitutes',
      schemas: { params: id, body: saveRoundShape },
      responses: { 200: { description: 'As it stands now', schema: roundShape } },
      handler: async ({ person, params, body, req }) => {
        const known = new Set((await agencies.list(person.tenant)).map(({ ref }) => ref));
        const strangers = Object.entries(body.substitutes)
          .filter(([, ref]) => !known.has(ref))
          .map(([part, found]): FieldFault => ({
            path: `substitutes.${part}`,
            code: 'agency.unknown',
            params: { found },
          }));
        const early = Object.entries(body.deadlines)
          .filter(([, day]) => day < body.opens)
          .map(([name]): FieldFault => ({ path: `deadlines.${name}`, code: 'round.dates', params: {} }));
        if (strangers.length + early.length > 0) throw badInput([...strangers, ...early]);
        const round: Round = { tenant: person.tenant, id: params.id, ...body };
        await rounds.save(round);
        await record(person.tenant, 'roundSaved', person.id, round.id, originOf(req));
        return { body: roundView(round) };
      },
    }),
  ];
};
