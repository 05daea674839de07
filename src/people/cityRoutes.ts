import Joi from 'joi';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import { badInput, fault, Refusal, staleRecord, type FieldFault } from '../errors.js';
import type { Person } from '../engine/ports.js';
import { saveCity } from './cityHosts.js';
import { doerOf } from './doerOf.js';
import { route } from '../http/route.js';
import { agencyRefShape, idShape, wholeListShape } from '../http/shapes.js';
import type {
  Agency,
  AgencyStore,
  Kept,
  Round,
  RoundStore,
  SystemStore,
  Tenant,
  TenantStore,
} from './ports.js';
import { seesEnvelopes } from './seesEnvelopes.js';
import {
  agencyShape,
  cityShape,
  roundShape,
  saveAgencyShape,
  saveCityShape,
  saveRoundShape,
  saveSystemShape,
  systemShape,
} from './shapes.js';

interface Given {
  readonly tenants: TenantStore;
  readonly agencies: AgencyStore;
  readonly systems: SystemStore;
  readonly rounds: RoundStore;
}

const cityView = ({ id: _, ...shown }: Kept<Tenant>) => shown;
const agencyView = ({ tenant: _, ...shown }: Kept<Agency>) => shown;
/** Envelopes are for those who divide them. */
const roundView = ({ tenant: _, envelopes, ...shown }: Kept<Round>, withEnvelopes: boolean) => ({
  ...shown,
  ...(withEnvelopes && { envelopes }),
});
const id = Joi.object({ id: idShape.required() });
const ref = Joi.object({ ref: agencyRefShape.required() });

/** What a PUT answers: what stands now. @throws {Refusal} STALE_RECORD when it is another revision than was read */
const saved = async <T extends { rev: number }>(
  wrote: T | null,
  revision: number,
  now: () => Promise<T | null>,
  view: (kept: T) => object,
) => {
  if (!wrote) throw staleRecord(revision, (await now())?.rev ?? 0);
  return { status: revision === 0 ? 201 : 200, body: view(wrote), revision: wrote.rev };
};

const saving = {
  access: 'administrator',
  scope: 'admin',
  group: 'Administration',
  conditional: 'orNew',
} as const;
const answers = (schema: Joi.Schema) => ({
  200: { description: 'As it stands now', schema },
  201: { description: 'Made', schema },
});

/** The city, its agencies, systems and rounds: for all to read, for the administrator to set. */
export const cityRoutes = ({ tenants, agencies, systems, rounds }: Given) => {
  const shared = { access: 'signedIn', scope: 'read', group: 'City' } as const;
  const sees = async (person: Person, round: Round) =>
    seesEnvelopes(person, await agencies.find(person.tenant, person.agency), round);

  const refuseUnfit = async (
    tenant: string,
    { substitutes, deadlines, opens, fiscalYear }: Omit<Round, 'tenant' | 'id'>,
  ) => {
    const known = new Set((await agencies.list(tenant)).map((agency) => agency.ref));
    const strangers = Object.entries(substitutes)
      .filter(([, found]) => !known.has(found))
      .map(([part, found]): FieldFault => ({
        path: `substitutes.${part}`,
        code: 'agency.unknown',
        params: { found },
      }));
    const early = Object.entries(deadlines)
      .filter(([, day]) => day < opens)
      .map(([name]): FieldFault => ({ path: `deadlines.${name}`, code: 'round.dates', params: {} }));
    // A year mistyped would make everything early, or nothing ever late.
    const [from, to] = [`${fiscalYear - 2}-01-01`, `${fiscalYear + 1}-12-31`];
    const far = [
      ['opens', opens] as const,
      ...Object.entries(deadlines).map(([name, day]) => [`deadlines.${name}`, day] as const),
    ]
      .filter(([, day]) => day < from || day > to)
      .map(([path, day]) => fault(path, 'date.outside', { found: day, from, to }));
    const faults = [...strangers, ...early, ...far];
    if (faults.length > 0) throw badInput(faults);
  };

  return [
    route({
      ...shared,
      method: 'get',
      path: '/city',
      summary: 'The city: its name, where its papers are dated, and its host names',
      responses: { 200: { description: 'The city', schema: cityShape } },
      handler: async ({ person }) => {
        const found = await tenants.get(person.tenant);
        if (!found) throw new Refusal('NOT_FOUND', { city: person.tenant });
        return { body: cityView(found), revision: found.rev };
      },
    }),
    route<unknown, unknown, Omit<Tenant, 'id'>, 'administrator'>({
      ...saving,
      conditional: true,
      method: 'put',
      path: '/city',
      summary: 'Set the name, the place and the host names of the city',
      schemas: { body: saveCityShape },
      responses: { 200: { description: 'As it stands now', schema: cityShape } },
      handler: async ({ person, body, revision, req }) => {
        const city = { id: person.tenant, ...body };
        const wrote = await saveCity(tenants, city, revision, doerOf(person, req));
        return saved(wrote, revision, () => tenants.get(person.tenant), cityView);
      },
    }),

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
    route<{ ref: string }, unknown, unknown, 'signedIn'>({
      ...shared,
      method: 'get',
      path: '/agencies/:ref',
      summary: 'An agency',
      schemas: { params: ref },
      responses: { 200: { description: 'The agency', schema: agencyShape } },
      handler: async ({ person, params }) => {
        const found = await agencies.find(person.tenant, params.ref);
        if (!found) throw new Refusal('NOT_FOUND', params);
        return { body: agencyView(found), revision: found.rev };
      },
    }),
    route<{ ref: string }, unknown, Omit<Agency, 'tenant' | 'ref'>, 'administrator'>({
      ...saving,
      method: 'put',
      path: '/agencies/:ref',
      summary: 'Make an agency, or change one',
      schemas: { params: ref, body: saveAgencyShape },
      responses: answers(agencyShape),
      handler: async ({ person, params, body, revision, req }) => {
        const { tenant } = person;
        const taken = (await agencies.list(tenant)).find(
          (other) => other.ref !== params.ref && body.part !== undefined && other.part === body.part,
        );
        if (taken) throw badInput([{ path: 'part', code: 'agency.partTaken', params: { found: taken.ref } }]);
        const wrote = await agencies.put({ tenant, ref: params.ref, ...body }, revision, doerOf(person, req));
        return saved(wrote, revision, () => agencies.find(tenant, params.ref), agencyView);
      },
    }),

    route({
      ...shared,
      method: 'get',
      path: '/systems',
      summary: 'The catalogue of information systems that lines refer to',
      responses: { 200: { description: 'All of them', schema: wholeListShape(systemShape) } },
      handler: async ({ person }) => ({ body: { items: await systems.list(person.tenant) } }),
    }),
    route<{ id: string }, unknown, unknown, 'signedIn'>({
      ...shared,
      method: 'get',
      path: '/systems/:id',
      summary: 'An information system',
      schemas: { params: id },
      responses: { 200: { description: 'The system', schema: systemShape } },
      handler: async ({ person, params }) => {
        const found = await systems.find(person.tenant, params.id);
        if (!found) throw new Refusal('NOT_FOUND', params);
        return { body: found, revision: found.rev };
      },
    }),
    route<{ id: string }, unknown, Omit<InformationSystem, 'ref'>, 'administrator'>({
      ...saving,
      method: 'put',
      path: '/systems/:id',
      summary: 'Enter a system in the catalogue, or change one',
      schemas: { params: id, body: saveSystemShape },
      responses: answers(systemShape),
      handler: async ({ person, params, body, revision, req }) => {
        const { tenant } = person;
        const wrote = await systems.put(tenant, { ref: params.id, ...body }, revision, doerOf(person, req));
        return saved(
          wrote,
          revision,
          () => systems.find(tenant, params.id),
          (system) => system,
        );
      },
    }),

    route({
      ...shared,
      method: 'get',
      path: '/rounds',
      summary: 'The rounds, the newest first; envelopes for those who divide them',
      responses: { 200: { description: 'All of them', schema: wholeListShape(roundShape) } },
      handler: async ({ person }) => {
        const own = await agencies.find(person.tenant, person.agency);
        const all = await rounds.list(person.tenant);
        return { body: { items: all.map((round) => roundView(round, seesEnvelopes(person, own, round))) } };
      },
    }),
    route<{ id: string }, unknown, unknown, 'signedIn'>({
      ...shared,
      method: 'get',
      path: '/rounds/:id',
      summary: 'A round: its dates and substitutes, and its envelopes for those who divide them',
      schemas: { params: id },
      responses: { 200: { description: 'The round', schema: roundShape } },
      handler: async ({ person, params }) => {
        const found = await rounds.find(person.tenant, params.id);
        if (!found) throw new Refusal('NOT_FOUND', params);
        return { body: roundView(found, await sees(person, found)), revision: found.rev };
      },
    }),
    route<{ id: string }, unknown, Omit<Round, 'tenant' | 'id'>, 'administrator'>({
      ...saving,
      method: 'put',
      path: '/rounds/:id',
      summary: 'Open a round, or set its dates, envelopes and substitutes',
      schemas: { params: id, body: saveRoundShape },
      responses: answers(roundShape),
      handler: async ({ person, params, body, revision, req }) => {
        const { tenant } = person;
        await refuseUnfit(tenant, body);
        const wrote = await rounds.put({ tenant, id: params.id, ...body }, revision, doerOf(person, req));
        if (wrote && 'tooSmall' in wrote) {
          const { cell, available, asked } = wrote.tooSmall;
          throw new Refusal('ENVELOPE_EXCEEDED', { cell, available, asked, excess: asked - available });
        }
        return saved(
          wrote,
          revision,
          () => rounds.find(tenant, params.id),
          (round) => roundView(round, true),
        );
      },
    }),
  ];
};
