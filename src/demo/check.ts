import { hash } from 'node:crypto';
import type { Money } from '../../workflows/vocabulary.js';
import { checkForm } from '../documents/checkForm.js';
import type { Running } from '../main.js';
import { canTho } from '../seed/demonstration.js';
import { verifyJournal } from '../store/verifyJournal.js';
import type { People, SeenCase } from './client.js';
import { decisions, decisionTotals, type Played } from './play.js';

interface PaperSeen {
  readonly id: string;
  readonly address: string;
  readonly type: string;
  readonly seq: number;
  readonly revision: number;
  readonly name: string;
}

/** What came out, and whatever differs from what must come out. */
export interface Checked {
  readonly rows: readonly { code: string; state: string; amounts: readonly (Money | null)[] }[];
  readonly totals: readonly Money[];
  readonly papers: readonly { name: string; bytes: Uint8Array }[];
  readonly entries: number;
  readonly faults: readonly string[];
}

const stages = ['requested', 'reviewed', 'appraised', 'approved', 'allocated'] as const;

/** Reads everything back over the API as the auditor, and holds it against what the demonstration decides. */
export const check = async ({
  running,
  people,
  played,
}: {
  running: Running;
  people: People;
  played: Played;
}): Promise<Checked> => {
  const faults: string[] = [];
  const same = (what: string, found: unknown, expected: unknown) => {
    if (found !== expected) faults.push(`${what}: ${String(found)} thay vì ${String(expected)}`);
  };
  const auditor = await people.named('kiemtoan');
  const see = async (id: string) => (await auditor.get<SeenCase>(`/cases/${id}`)).body;

  const rows: Checked['rows'][number][] = [];
  for (const decision of decisions) {
    const seen = await see(played.estimates.get(decision.code) ?? '');
    const amounts = stages.map((stage) => seen.view[stage] as Money | null);
    const state = seen.states[0] ?? '';
    same(`${decision.code} trạng thái`, state, decision.finalState);
    for (const [at, stage] of stages.entries())
      same(`${decision.code} ${stage}`, amounts[at] ?? 0, decision[stage]);
    rows.push({ code: decision.code, state, amounts });
  }
  const totals = stages.map((_, at) => rows.reduce((total, { amounts }) => total + (amounts[at] ?? 0), 0));
  for (const [at, stage] of stages.entries()) same(`Tổng ${stage}`, totals[at], decisionTotals[stage]);

  const consolidation = await see(played.consolidation);
  const sums = consolidation.view['sums'] as { requested: Money; reviewed: Money };
  same('Bảng tổng hợp, đề nghị', sums.requested, decisionTotals.requested);
  same('Bảng tổng hợp, sau rà soát', sums.reviewed, decisionTotals.reviewed);
  same('Bảng tổng hợp, trạng thái', consolidation.states[0], 'closed');
  same('Thẩm định', consolidation.view['appraised'], decisionTotals.appraised);
  const allocation = await see(played.allocation);
  same('Phân bổ, trạng thái', allocation.states[0], 'assigned');
  same('Phân bổ', allocation.view['total'], decisionTotals.allocated);

  const papers: Checked['papers'][number][] = [];
  for (const id of [...played.estimates.values(), played.consolidation, played.allocation]) {
    const { code } = await see(id);
    const { body } = await auditor.get<{ items: PaperSeen[] }>(`/cases/${id}/documents`);
    for (const { address, type, seq, name } of body.items) {
      const bytes = await auditor.download(address.replace('/api/v1', ''));
      papers.push({
        name: `${code} ${String(seq).padStart(3, '0')} ${type} – ${name.replace(` ${code}`, '')}`,
        bytes,
      });
    }
  }
  faults.push(...(await readBack(papers)));

  const { stores, clock, connection } = running;
  const { journal, closings } = stores;
  const verified = await verifyJournal(connection, { tenant: canTho.id, at: clock.now(), journal, closings });
  faults.push(...verified.faults.map((fault) => `Nhật ký: ${JSON.stringify(fault)}`));
  const rebuilt = await running.workflow.rebuild(canTho.id);
  faults.push(
    ...rebuilt.differing.map(({ case: id, why, fields }) => `Dựng lại ${id}: ${why ?? fields.join(', ')}`),
  );
  const stored = await running.workflow.verifyStored(canTho.id);
  faults.push(...stored.faults.map((fault) => `Đối chiếu: ${JSON.stringify(fault)}`));
  const dead = await running.stores.outbox.dead(canTho.id);
  faults.push(...dead.map(({ id, error }) => `Việc chưa làm được ${id}: ${error ?? ''}`));
  return { rows, totals, papers, entries: verified.entries, faults };
};

/** Each paper against the form that decree 30/2020 prescribes; one that lies with several cases is read once. */
const readBack = async (papers: readonly { name: string; bytes: Uint8Array }[]): Promise<string[]> => {
  const reports = [];
  const once = new Map(papers.map((paper) => [hash('sha256', paper.bytes), paper]));
  for (const { name, bytes } of once.values()) {
    const { findings } = await checkForm(bytes);
    reports.push(
      ...findings
        .filter(({ ok }) => !ok)
        .map(
          ({ rule, page, found, expected }) => `${name}, trang ${page}: ${rule}: ${found}; cần ${expected}`,
        ),
    );
  }
  return reports;
};
