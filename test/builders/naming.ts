import { ask } from '../../workflows/registry.js';
import { frozenBy } from '../../src/engine/draftSent.js';
import type { Case, DraftStore } from '../../src/engine/ports.js';
import { namesHash } from '../../src/demo/acts.js';

/** What somebody who has just looked names with an event: a hash, the rev of a draft, or the hash of a table. */
export const naming =
  ({
    drafts,
    tableHash,
  }: {
    drafts: Pick<DraftStore, 'load'>;
    tableHash: (found: Case) => Promise<string>;
  }) =>
  async (found: Case, type: string): Promise<object> => {
    if (namesHash.has(type) || (type === 'SEND_UP' && found.kind === 'consolidation')) {
      const { covered } = ask(found);
      return covered === null ? {} : { hash: covered };
    }
    if (type === 'FREEZE') return { table: await tableHash(found) };
    const part = frozenBy(found.kind, type);
    return part === undefined ? {} : { rev: (await drafts.load(found, part))?.rev ?? 0 };
  };

/** The hash of a table as its insight tells it to an auditor. */
export const tableHashBy =
  (kinds: readonly { kind: string; insight(...asked: never[]): Promise<object> }[]) =>
  async (found: Case): Promise<string> => {
    const consolidation = kinds.find(({ kind }) => kind === 'consolidation')!;
    const asked = [found, () => null, { auditor: true }] as unknown as never[];
    return ((await consolidation.insight(...asked)) as { hash: string }).hash;
  };
