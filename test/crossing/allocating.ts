import type { Stores, Workflow } from '../../src/compose.js';
import type { Case } from '../../src/engine/ports.js';
import type { Money, Role } from '../../workflows/vocabulary.js';
import { naming, tableHashBy } from '../builders/naming.js';
import { round, somebody, tenant } from './smallCity.js';

/** One share of an allocation: recurrent money of 2026. */
export interface Share {
  readonly estimate: string;
  readonly amount: Money;
}

/** Brings allocations to the table of the People's Committee, through the engine. */
export const allocating = ({ stores, workflow }: { stores: Stores; workflow: Workflow }) => {
  const { engine } = workflow;
  const names = naming({ drafts: stores.drafts, tableHash: tableHashBy(workflow.kinds) });

  const act = async (agency: string, role: Role, id: string, type: string, fields: object = {}) => {
    const found = (await stores.cases.load({ tenant, id }))!;
    const event = { type, ...(await names(found, type)), ...fields };
    const key = `${id}-${found.seq}-${type}`;
    return engine.send({ person: somebody(agency, role), caseId: id, seq: found.seq, event, key });
  };

  /** An allocation that only waits for its decision. */
  const toDecide = async (
    name: string,
    shares: readonly Share[],
    { adjusts, date = '2025-10-20' }: { adjusts?: string; date?: string } = {},
  ): Promise<Case> => {
    const officer = somebody('STC', 'officer');
    const { id } = await engine.start({
      person: officer,
      kind: 'allocation',
      input: { round, ...(adjusts !== undefined && { adjusts }) },
      key: name,
    });
    const lines = shares.map((share) => ({ ...share, source: 'NSTP_CTX', year: 2026 }));
    await engine.edit({
      person: officer,
      caseId: id,
      part: 'content',
      op: 'replace',
      input: { lines },
      rev: 1,
    });
    await act('STC', 'officer', id, 'SEND_UP', { rev: 2 });
    await act('STC', 'unitHead', id, 'ENDORSE');
    await act('STC', 'leader', id, 'SIGN');
    await act('STC', 'clerk', id, 'ISSUE', { date });
    return act('VP', 'officer', id, 'PASS');
  };

  return { act, toDecide };
};
