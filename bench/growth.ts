import type { Entry } from '../src/engine/ports.js';
import type { Progress } from '../src/engine/shared.js';
import { collectionOf, keyOf } from '../src/store/connection.js';
import { demonstrationAgencies, planRound } from '../src/seed/demonstration.js';
import type { EntryDocument } from '../src/store/journal.js';
import {
  aCity,
  idsOf,
  reviewingCase,
  reviewingContext,
  stepThrough,
  storeCases,
  tenant,
  type BenchCity,
} from './city.js';
import { compared, interleaved, median, timed, type Contest, type Row, type Setting } from './contest.js';
import { agedCase } from './history.js';

const storeEntries = async (city: BenchCity, entries: readonly Entry[]) => {
  const journal = collectionOf<EntryDocument>(city.connection, 'journal');
  const documents = entries.map((entry) => ({ _id: keyOf(entry.tenant, entry.case, entry.seq), ...entry }));
  for (let at = 0; at < documents.length; at += 2000) {
    await journal.insertMany(documents.slice(at, at + 2000), { ordered: false });
  }
};

/** The steps of a case that has made a thousand against the first steps of one, case by case in turn. */
const byAge = async (setting: Setting): Promise<Row> => {
  const { quick, say } = setting;
  const city = await aCity(setting, 'age');
  try {
    const count = quick ? 3 : 50;
    // The step after is the warm-up; those that count lead to the next eleven.
    const old = { from: quick ? 93 : 993, ids: idsOf('old', count) };
    const young = { from: 3, ids: idsOf('young', count) };
    const context = reviewingContext('DT-2025-900', 8 * 1024);
    say(`${count} cases of ${old.from} steps`);
    for (const { from, ids } of [old, young]) {
      for (const id of ids) {
        const { entries, stored } = agedCase(id, context, from);
        await storeEntries(city, entries);
        await storeCases(city, [stored]);
      }
    }
    const taken = { ours: [] as number[], baseline: [] as number[] };
    for (let step = -1; step < 11; step += 1) {
      for (let at = 0; at < count; at += 1) {
        const sides = [
          { times: taken.ours, from: old.from, id: old.ids[at] ?? '' },
          { times: taken.baseline, from: young.from, id: young.ids[at] ?? '' },
        ];
        for (const { times, from, id } of at % 2 === 0 ? sides : sides.reverse()) {
          const ms = await timed(() => stepThrough(city, id, from + step + 1));
          if (step >= 0) times.push(ms);
          await city.workflow.relay.drain({ tenant, id });
        }
      }
    }
    return compared(`steps ${old.from + 2}–${old.from + 12} of a case, to its steps 5–15`, 'ms', taken, {
      atMost: 1.1,
    });
  } finally {
    await city.end();
  }
};

const progressRow = (at: number): Progress & { _id: string; order: string } => {
  // Every fifth is of the agency whose inbox is read, so that both sides fill a page.
  const agency = at % 5 === 0 ? 'SYT' : (demonstrationAgencies[at % demonstrationAgencies.length]?.ref ?? '');
  const id = `p${String(at).padStart(6, '0')}`;
  const due = `2025-1${at % 3}-${String(10 + (at % 17)).padStart(2, '0')}`;
  // Every third waits at the reviewer, as while all agencies send in at once.
  const inReview = at % 3 === 0;
  return {
    _id: keyOf(tenant, id),
    tenant,
    case: id,
    code: `DT-2025-${id}`,
    kind: 'estimate',
    title: 'Sở Y tế',
    owner: agency,
    round: planRound.id,
    state: inReview ? 'reviewing' : 'preparing.draft',
    status: 'active',
    since: '2025-09-28T02:00:00.000Z',
    due,
    dueSure: true,
    amount: 12_345_000_000,
    waitsFor: inReview ? ['officer@SKHCN', 'unitHead@SKHCN'] : [`officer@${agency}`],
    agencies: [agency, 'SKHCN', 'STC', 'CATP', 'UBND', 'HDND', 'VP'],
    seq: 3,
    order: `${due}/${id}`,
  };
};

const fill = async (city: BenchCity, count: number) => {
  const context = reviewingContext('DT-2025-900', 1500);
  const ids = idsOf('c', count);
  await storeCases(
    city,
    (function* () {
      for (const id of ids) yield reviewingCase(id, context);
    })(),
  );
  const progress = collectionOf<ReturnType<typeof progressRow>>(city.connection, 'progress');
  const waiting = collectionOf<{ _id: string; tenant: string; case: string; seq: number }>(
    city.connection,
    'waiting',
  );
  for (let from = 0; from < count; from += 2000) {
    const rows = Array.from({ length: Math.min(2000, count - from) }, (_, at) => progressRow(from + at));
    await progress.insertMany(rows, { ordered: false });
    const waits = rows.flatMap(({ waitsFor, order, seq, case: id }) =>
      waitsFor.map((who) => ({ _id: keyOf(tenant, who, order, seq), tenant, case: id, seq })),
    );
    await waiting.insertMany(waits, { ordered: false });
  }
  return ids;
};

/** As many rows as the smaller side has for both readers. */
const pageSize = 10;

/** A step, and a page of the inbox, with many cases stored against few. */
const byNumber = async (setting: Setting): Promise<Row[]> => {
  const { quick, say } = setting;
  const many = quick ? 2_000 : 100_000;
  const few = 100;
  const large = await aCity(setting, 'many');
  const small = await aCity(setting, 'few');
  try {
    say(`${many} cases`);
    const ids = { large: await fill(large, many), small: await fill(small, few) };
    const rounds = quick ? 1 : 9;
    const counts = { large: 0, small: 0 };
    /** The median step over ten cases that lie far from each other, each moved once to and once fro. */
    const stepsOf = (city: BenchCity, side: 'large' | 'small') => async () => {
      const times: number[] = [];
      for (let at = 0; at < 10; at += 1) {
        const id = ids[side][(counts[side]++ * 7919) % ids[side].length] ?? '';
        const found = await city.stores.cases.load({ tenant, id });
        const seq = found?.seq ?? 1;
        times.push(
          await timed(() => stepThrough(city, id, seq)),
          await timed(() => stepThrough(city, id, seq + 1)),
        );
      }
      return median(times);
    };
    const inboxOf = (city: BenchCity, agency: string) => async () => {
      const times: number[] = [];
      for (let at = 0; at < 10; at += 1) {
        let found = 0;
        const page = { tenant, agency, roles: ['officer'], limit: pageSize };
        times.push(await timed(async () => (found = (await city.stores.progress.inbox(page)).items.length)));
        if (found !== pageSize) throw new Error(`The inbox of ${agency} holds ${found}.`);
      }
      return median(times);
    };
    const against = async (ours: () => Promise<number>, baseline: () => Promise<number>) =>
      interleaved({ rounds }, { ours, baseline });
    const steps = await against(stepsOf(large, 'large'), stepsOf(small, 'small'));
    const agencies = await against(inboxOf(large, 'SYT'), inboxOf(small, 'SYT'));
    const reviewers = await against(inboxOf(large, 'SKHCN'), inboxOf(small, 'SKHCN'));
    const listOf = (city: BenchCity) => async () =>
      timed(() => city.stores.progress.list({ tenant, agency: 'STC', round: planRound.id, limit: pageSize }));
    const lists = await against(listOf(large), listOf(small));
    return [
      compared(`step with ${many} cases stored, to ${few}`, 'ms', steps, { atMost: 1.2 }),
      compared(`inbox page of an agency with ${many} cases, to ${few}`, 'ms', agencies, { atMost: 1.5 }),
      compared(
        `inbox page of the reviewer with ${many} cases, to ${few}`,
        'ms',
        reviewers,
        { atMost: 1.5 },
        'a third of all cases waits there',
      ),
      compared(
        `page of all cases with ${many} cases, to ${few}`,
        'ms',
        lists,
        null,
        'nothing is asked of it',
      ),
    ];
  } finally {
    await large.end();
    await small.end();
  }
};

/** Whether a step or a page grows with the age of a case or with the number of cases. */
export const growth: Contest = async (setting) => [await byAge(setting), ...(await byNumber(setting))];
