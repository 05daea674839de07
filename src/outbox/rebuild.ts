import { UnknownVersion } from '../../workflows/registry.js';
import { canonical } from '../engine/journal.js';
import type { Case, CaseRef, Entry } from '../engine/ports.js';
import { replay } from '../engine/replay.js';
import { differingFields, dueGiven, fieldsOf, type DueAsked } from '../engine/verifyCase.js';

interface Means {
  readonly cases: { ids(tenant: string): AsyncIterable<string>; load(ref: CaseRef): Promise<Case | null> };
  readonly journal: { after(ref: CaseRef, seq: number): Promise<Entry[]> };
  readonly progress: {
    get(tenant: string, id: string): Promise<object | null>;
    clear(tenant: string): Promise<void>;
  };
  /** Writes the lists' row of a case. */
  readonly project: (found: Case) => Promise<void>;
  /** Sets fields of a case that stands as it was read. @returns whether it still stood so */
  readonly repair: (found: Case, fields: Partial<Case>) => Promise<boolean>;
  readonly dueOf: DueAsked;
}

/** What a rebuild did, or would do. */
export interface Rebuilt {
  readonly cases: number;
  /** Cases that are not where their journal leads: which fields, whether they were put right, and why not. */
  readonly differing: readonly {
    readonly case: string;
    readonly fields: readonly string[];
    readonly repaired: boolean;
    readonly why?: string;
  }[];
  /** Cases whose row in the lists was another, or none. */
  readonly listed: readonly string[];
}

/**
 * Builds the lists of a tenant anew from its journal, and holds each case against what its journal says.
 * @param repair puts a case that differs right, from its entries: what it owes and its journal stay as they are
 */
export const createRebuild =
  ({ cases, journal, progress, project, repair: put, dueOf }: Means) =>
  async (tenant: string, { repair = false }: { repair?: boolean } = {}): Promise<Rebuilt> => {
    const differing: Rebuilt['differing'][number][] = [];
    const before = new Map<string, string>();
    let count = 0;
    for await (const id of cases.ids(tenant)) before.set(id, canonical([await progress.get(tenant, id)]));
    await progress.clear(tenant);

    const rebuildOne = async (found: Case): Promise<void> => {
      const filed = (await journal.after(found, 0)).filter(({ seq }) => seq <= found.seq);
      const last = filed.at(-1)?.seq ?? 0;
      const owing = found.owed.flatMap((one) => ('entry' in one && one.entry.seq > last ? [one.entry] : []));
      const replayed = replay([...filed, ...owing]);
      const due = await dueGiven(found, replayed, dueOf);
      const right = { ...fieldsOf(replayed), ...due };
      const fields = [...differingFields(found, replayed), ...(due && due.due !== found.due ? ['due'] : [])];
      if (fields.length > 0)
        differing.push({ case: found.id, fields, repaired: repair && (await put(found, right)) });
      await project({ ...found, ...right });
    };

    // Asked anew: what was begun meanwhile has lost its row with all others.
    for await (const id of cases.ids(tenant)) {
      const found = await cases.load({ tenant, id });
      if (!found) continue;
      count += 1;
      try {
        await rebuildOne(found);
      } catch (error) {
        if (!(error instanceof RangeError) && !(error instanceof UnknownVersion)) throw error;
        differing.push({ case: id, fields: [], repaired: false, why: error.message });
        await project(found);
      }
    }
    const listed: string[] = [];
    for (const [id, row] of before) if (canonical([await progress.get(tenant, id)]) !== row) listed.push(id);
    return { cases: count, differing, listed };
  };
