import type { DocumentType, Intent } from '../../workflows/vocabulary.js';
import type { Case, CaseRef, Clock, Entry } from '../engine/ports.js';
import type { Handlers, Owing } from './relay.js';
import { nameOf, usedNumbers, type HeldNumber } from './usedNumbers.js';

interface Means {
  readonly clock: Clock;
  readonly load: (ref: CaseRef) => Promise<Case | null>;
  /** All entries of a case, oldest first. */
  readonly history: (ref: CaseRef) => Promise<Entry[]>;
  readonly notices: {
    put(notice: {
      tenant: string;
      id: string;
      agency: string;
      roles: readonly [];
      notice: string;
      case: string;
      params: Record<string, unknown>;
      at: string;
    }): Promise<unknown>;
  };
  /** Makes the PDF of a document. */
  readonly make: (
    found: Case,
    params: Extract<Intent, { type: 'render' }>['params'],
    owing: Owing,
  ) => Promise<{ bytes: Uint8Array; name: string; templateVersion: string }>;
  readonly papers: {
    put(paper: {
      tenant: string;
      case: string;
      type: DocumentType;
      seq: number;
      templateVersion: string;
      revision: number;
      content: string | null;
      name: string;
      mime: string;
      at: string;
      bytes: Uint8Array;
    }): Promise<unknown>;
  };
  readonly registers: {
    heldBy(of: { tenant: string; agency: string; case: string }): Promise<readonly HeldNumber[]>;
    voidHeld(held: HeldNumber & { reason: string; at: string }): Promise<void>;
  };
  readonly ledgers: {
    confirm(claim: Claim): Promise<unknown>;
    release(claim: Claim & { seq: number }): Promise<unknown>;
  };
}

interface Claim {
  readonly tenant: string;
  readonly round: string;
  readonly lineage: string;
  readonly ordinal: number;
}

/** How each intent is carried out. Every one is harmless when repeated: its id names what it makes. */
export const createHandlers = ({
  clock,
  load,
  history,
  notices,
  make,
  papers,
  registers,
  ledgers,
}: Means): Handlers => {
  const caseOf = async ({ tenant, case: id }: Owing): Promise<Case> => {
    const found = await load({ tenant, id });
    if (!found) throw new Error(`The case ${id} that owes an intent is gone.`);
    return found;
  };

  return {
    async notify({ params: { to, agency, notice, reason, about } }, owing) {
      const found = await caseOf(owing);
      await notices.put({
        tenant: owing.tenant,
        id: owing.id,
        agency: agency ?? found.context.parties[to],
        roles: [],
        notice,
        case: owing.case,
        params: { ...about, code: found.code, ...(reason !== undefined && { reason }) },
        at: owing.at,
      });
    },

    async render({ params }, owing) {
      const found = await caseOf(owing);
      const { bytes, name, templateVersion } = await make(found, params, owing);
      await papers.put({
        tenant: owing.tenant,
        case: owing.case,
        type: params.document,
        seq: seqOf(owing),
        templateVersion,
        revision: Number(params.data['revision'] ?? 0),
        content: typeof params.data['content'] === 'string' ? params.data['content'] : null,
        name,
        mime: 'application/pdf',
        at: owing.at,
        bytes,
      });
    },

    async register({ params }, owing) {
      const found = await caseOf(owing);
      const { tenant, case: id } = owing;
      const entries = params.act === 'void' ? await history({ tenant, id }) : [];
      const used = usedNumbers(entries);
      for (const agency of new Set(Object.values(found.context.parties))) {
        const held = await registers.heldBy({ tenant, agency, case: id });
        const gone = held.filter((number) =>
          params.act === 'void'
            ? !used.has(nameOf(number))
            : params.number !== null && nameOf(number) === nameOf(params.number),
        );
        for (const number of gone)
          await registers.voidHeld({ ...number, reason: params.reason, at: clock.now() });
      }
    },

    async ledger({ params: { act, ...claim } }, owing) {
      await ledgers[act]({ tenant: owing.tenant, ...claim, seq: seqOf(owing) });
    },
  };
};

/** The step that owed an intent: `<tenant>/<case>/<seq>/<n>`. */
const seqOf = ({ id }: Owing) => Number(id.split('/').at(-2));
