import type { Day, Money, Role } from '../../workflows/vocabulary.js';
import { createActs, sample, typed } from '../../src/demo/acts.js';
import type { People } from '../../src/demo/client.js';
import { decisions } from '../../src/demo/play.js';
import { until } from '../crossing/until.js';
import { inForm } from '../setup/trials.js';

/** The estimates of seven agencies, or of four in short form, reviewed by S&T and appraised by Finance themselves. */
export const codes = inForm({ short: [3, 4, 7, 8], whole: [3, 4, 5, 6, 7, 8, 10] }).map(
  (nth) => `DT-2025-${String(nth).padStart(3, '0')}`,
);

/** What people did, by case: each event once, in its order. */
export type Done = Map<string, string[]>;

/** How long people wait for what others did to reach a case, s; a standstill passes meanwhile. */
const patience = 90;

/** The whole road: estimates to their money, by people who act as soon as they may. */
export const walk = async (people: People, day: Day): Promise<Done> => {
  const done: Done = new Map();
  const acts = createActs(people);
  const { edit, see, write } = acts;

  const note = (id: string, type: string) => done.set(id, [...(done.get(id) ?? []), type]);

  /** Waits until somebody may: what others did reaches a case by itself, some time later. */
  const act = async (agency: string, role: Role, id: string, type: string, fields: object = {}) => {
    const ready = async () => {
      const { options } = (await see(agency, role, id)) as unknown as {
        options: { event: string; open: boolean; permitted: boolean }[];
      };
      return options.some(({ event, open, permitted }) => event === type && open && permitted);
    };
    await until(ready, patience);
    await acts.act(agency, role, id, type, fields);
    note(id, type);
  };
  const start = async (agency: string, plural: string, name: string) => {
    const { id } = await acts.start(agency, plural, name);
    note(id, 'START');
    return id;
  };
  const sendOut = async (agency: string, id: string, fields: object = {}) => {
    await act(agency, 'officer', id, 'SEND_UP', fields);
    await act(agency, 'unitHead', id, 'ENDORSE');
    await act(agency, 'leader', id, 'SIGN');
    await act(agency, 'clerk', id, 'ISSUE', { date: day });
  };
  /** Sends up the draft as it stands. */
  const sendOutDraft = async (agency: string, id: string) => {
    const { body } = await (await people.as(agency, 'officer')).get<{ rev: number }>(`/cases/${id}/draft`);
    await sendOut(agency, id, { rev: body.rev });
  };
  const stands = (agency: string, id: string, state: string) =>
    until(async () => (await see(agency, 'officer', id)).states.includes(state), patience);

  const estimate = async (code: string) => {
    const { agency, input } = sample(code);
    const id = await start(agency.id, 'estimates', code);
    await write(agency.id, id, typed({ input }));
    await sendOutDraft(agency.id, id);
    await act('SKHCN', 'clerk', id, 'REGISTER');
    const { body } = await (
      await people.as('SKHCN', 'officer')
    ).get<{
      content: { lines: { id: string; systemRef: string | null; spendForm: string }[] };
    }>(`/cases/${id}/content`);
    const { lines } = body.content;
    for (const { id: line } of lines)
      await edit('SKHCN', 'officer', `/cases/${id}/review`, 'PUT', `/cases/${id}/review/${line}`, {
        verdict: 'accept',
      });
    await act('SKHCN', 'officer', id, 'CONCLUDE_LINES');
    if (lines.some(({ systemRef, spendForm }) => systemRef !== null && spendForm !== 'DAO_TAO')) {
      await act('SKHCN', 'officer', id, 'ASK_OPINION');
      await act('CATP', 'officer', id, 'GIVE_OPINION', { verdict: 'agree', agreedLevel: 3 });
    }
    await act('SKHCN', 'unitHead', id, 'ACCEPT');
    return id;
  };

  // Several agencies at once, each at its own pace.
  const ids: string[] = [];
  const queue = codes.map((code, at) => [code, at] as const);
  const desk = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) ids[next[1]] = await estimate(next[0]);
  };
  await Promise.all([desk(), desk(), desk()]);

  const table = await start('SKHCN', 'consolidations', 'table');
  await act('SKHCN', 'officer', table, 'ADD', { ids });
  for (const id of ids) await stands('SKHCN', id, 'consolidated');
  const { body: insight } = await (
    await people.as('SKHCN', 'officer')
  ).get<{ overlaps: { id: string }[] }>(`/cases/${table}/insight`);
  for (const { id: group } of insight.overlaps)
    await act('SKHCN', 'officer', table, 'SETTLE_OVERLAP', {
      group,
      decision: 'complementary',
      reason: 'Các hạng mục bổ sung cho nhau',
    });
  await act('SKHCN', 'officer', table, 'FREEZE');
  await sendOut('SKHCN', table);
  await act('STC', 'clerk', table, 'RECEIVE');
  const officer = await people.as('STC', 'officer');
  for (const id of ids) {
    const { body } = await officer.get<{ view: { reviewed: Money } }>(`/cases/${id}`);
    await edit('STC', 'officer', `/cases/${table}/appraisal`, 'PUT', `/cases/${table}/appraisal/${id}`, {
      amount: body.view.reviewed,
      criteria: ['01', '02', '03', '04', '05', '06', '07', '08', '10', '11'].map((nth) => ({
        code: `TD${nth}`,
        result: 'DAT',
      })),
    });
  }
  await act('STC', 'officer', table, 'CONCLUDE');
  await act('STC', 'leader', table, 'SIGN');
  await act('STC', 'clerk', table, 'ISSUE', { date: day });
  await act('VP', 'officer', table, 'PASS');
  await act('UBND', 'leader', table, 'APPROVE');
  for (const id of ids) await stands('STC', id, 'approved');

  const allocation = await start('STC', 'allocations', 'allocation');
  await write('STC', allocation, {
    lines: ids.flatMap((id, at) => {
      const { fundingSource: source, allocatedByYear = {} } = decisions.find(
        ({ code }) => code === codes[at],
      )!;
      return Object.entries(allocatedByYear)
        .filter(([, amount]) => amount > 0)
        .map(([year, amount]) => ({ estimate: id, source, year: Number(year), amount }));
    }),
  });
  await sendOutDraft('STC', allocation);
  await act('VP', 'officer', allocation, 'PASS');
  await act('UBND', 'leader', allocation, 'APPROVE');
  await stands('STC', allocation, 'assigned');
  return done;
};
