import Joi from 'joi';
import { badInput, fault, Refusal, staleRecord } from '../errors.js';
import { paperTypes, type PaperType } from '../engine/numbers.js';
import { originOf } from '../http/authenticate.js';
import { route } from '../http/route.js';
import { agencyRefShape, dayShape, paperNumberShape, wholeListShape } from '../http/shapes.js';
import type { Day } from '../../workflows/vocabulary.js';
import type { AccessStore, AgencyStore } from './ports.js';
import { accessRecord } from './signIn.js';

/** How one register of an agency stands: which number comes next, and the day of the last. */
interface RegisterState {
  readonly type: string;
  readonly year: number;
  readonly next: number;
  readonly last: Day | null;
  readonly rev: number;
}

/** What setting a register needs of where they are kept. */
export interface RegisterBooks {
  of(tenant: string, agency: string): Promise<readonly RegisterState[]>;
  /** @returns null when `rev` is no longer the stored one, or `next` has been passed */
  startAt(asked: {
    tenant: string;
    agency: string;
    type: string;
    year: number;
    next: number;
    rev: number;
  }): Promise<RegisterState | null>;
}

interface Given {
  readonly agencies: Pick<AgencyStore, 'find'>;
  readonly registers: RegisterBooks;
  readonly access: Pick<AccessStore, 'add'>;
}

interface Book {
  readonly ref: string;
  readonly type: PaperType;
  readonly year: number;
}

const registerShape = Joi.object({
  type: Joi.string().required(),
  year: Joi.number().integer().required(),
  next: Joi.number().integer().required().description('The number that is given next'),
  last: dayShape.allow(null).required().description('The day of the last number'),
  rev: Joi.number().integer().required().description('The ETag'),
});
const agency = { ref: agencyRefShape.required() };

/** The outgoing registers of agencies: for the administrator to set where numbers go on from another book (R26). */
export const registerRoutes = ({ agencies, registers, access }: Given) => {
  const record = accessRecord(access);
  const shared = { access: 'administrator', scope: 'admin', group: 'Administration' } as const;
  const known = async (tenant: string, ref: string) => {
    if (!(await agencies.find(tenant, ref))) throw new Refusal('NOT_FOUND', { agency: ref });
  };
  return [
    route<{ ref: string }, unknown, unknown, 'administrator'>({
      ...shared,
      method: 'get',
      path: '/agencies/:ref/registers',
      summary: 'The registers of an agency, the newest year first',
      schemas: { params: Joi.object(agency) },
      responses: { 200: { description: 'All that were opened', schema: wholeListShape(registerShape) } },
      handler: async ({ person, params: { ref } }) => {
        await known(person.tenant, ref);
        return { body: { items: await registers.of(person.tenant, ref) } };
      },
    }),
    route<Book, unknown, { next: number }, 'administrator'>({
      ...shared,
      method: 'put',
      path: '/agencies/:ref/registers/:type/:year',
      conditional: 'orNew',
      summary: 'Set the next number of a register; it only ever goes up',
      schemas: {
        params: Joi.object({
          ...agency,
          type: Joi.valid(...paperTypes).required(),
          year: Joi.number().integer().min(2020).max(2100).required(),
        }),
        body: Joi.object({ next: paperNumberShape.required() }),
      },
      responses: { 200: { description: 'As it stands now', schema: registerShape } },
      handler: async ({ person, params: { ref, type, year }, body: { next }, revision, req }) => {
        const { tenant } = person;
        await known(tenant, ref);
        const stood = (await registers.of(tenant, ref)).find((one) => one.type === type && one.year === year);
        if (stood && next < stood.next) {
          throw badInput([fault('body.next', 'number.min', { found: next, limit: stood.next })]);
        }
        const set = await registers.startAt({ tenant, agency: ref, type, year, next, rev: revision });
        if (!set) throw staleRecord(revision, stood?.rev ?? 0);
        const about = `${ref}/${type}/${year}`;
        const trace = {
          of: `register/${about}`,
          rev: set.rev,
          from: { next: stood?.next ?? 1 },
          to: { next },
        };
        await record(tenant, 'registerSet', person.id, about, originOf(req), trace);
        return { revision: set.rev, body: set };
      },
    }),
  ];
};
