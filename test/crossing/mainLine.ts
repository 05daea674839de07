import type { Connection } from 'mongoose';
import { momentOf } from '../../src/engine/draftSent.js';
import type { Case, Part } from '../../src/engine/ports.js';
import { sampleEstimates } from '../../src/seed/sampleEstimates.js';
import type { Day, Kind, Role } from '../../workflows/vocabulary.js';
import { naming, tableHashBy } from '../builders/naming.js';
import { composed, round, somebody, steppedClock, tenant } from './smallCity.js';
import { until } from './until.js';

const estimate = sampleEstimates.find(({ code }) => code === 'DT-2025-008')!.input;
const { lines, ...header } = estimate;
const typed = { header, lines: lines.map(({ id: _id, ...line }) => line) };

/** The moment of the newest step there is, filed or still owed. */
const newestMoment = async (connection: Connection): Promise<string> => {
  const [filed] = await connection.db!.collection('journal').find().sort({ at: -1 }).limit(1).toArray();
  const owed = await connection
    .db!.collection('cases')
    .aggregate([{ $unwind: '$owed' }, { $group: { _id: null, at: { $max: '$owed.entry.at' } } }])
    .toArray();
  return [filed?.['at'] as string, owed[0]?.['at'] as string].filter(Boolean).toSorted().at(-1) ?? '';
};

/**
 * Plays the main line once, small: an estimate from draft to allocation, a second one that is abandoned, and the
 * night in which the days are closed. Whoever plays it again after it was cut off anywhere sends the same requests
 * with the same keys, and comes to the same end.
 */
export const playMainLine = async (connection: Connection): Promise<void> => {
  const { clock, to } = steppedClock(await newestMoment(connection));
  const { stores, workflow } = composed(connection, clock);
  const { engine, relay } = workflow;
  const names = naming({ drafts: stores.drafts, tableHash: tableHashBy(workflow.kinds) });
  let acts = 0;
  let day: Day = '2025-09-24';
  const next = () => to(day, (acts += 1));

  const start = async (agency: string, kind: Kind, key: string): Promise<string> => {
    next();
    const person = somebody(agency, 'officer');
    return (await engine.start({ person, kind, input: { round }, key })).id;
  };

  const load = async (id: string): Promise<Case> => (await stores.cases.load({ tenant, id }))!;
  /** What an act names of what was seen; one that is sent again names what it named the first time. */
  const named = async (found: Case, type: string, person: string): Promise<object> => {
    const known = await stores.journal.byCause(found, `${person}:act-${acts}`);
    if (!known) return names(found, type);
    const { hash, rev, table } = known.event;
    return {
      ...(hash !== undefined && { hash }),
      ...(rev !== undefined && { rev }),
      ...(table !== undefined && { table }),
    };
  };

  const act = async (agency: string, role: Role, id: string, type: string, fields: object = {}) => {
    next();
    const person = somebody(agency, role);
    const found = await load(id);
    await engine.send({
      person,
      caseId: id,
      seq: found.seq,
      event: { type, ...(await named(found, type, person.id)), ...fields },
      key: `act-${acts}`,
    });
  };

  /** An edit of the revision `rev`; one that stands already is not made again. */
  const edit = async (
    agency: string,
    id: string,
    { part, op, rev, input }: { part: Part; op: string; rev: number; input: object },
  ) => {
    next();
    if (((await stores.drafts.load({ tenant, id }, part))?.rev ?? 0) > rev) return;
    await engine.edit({ person: somebody(agency, 'officer'), caseId: id, part, op, rev, input });
  };

  /** What a step that died left behind: done only until the next act, which is played once, stands. */
  const leftBehind = async (id: string, leave: () => Promise<unknown>) => {
    const known = await stores.journal.byCause({ tenant, id }, `STP.clerk:act-${acts + 1}`);
    const other = await stores.journal.byCause({ tenant, id }, `UBND.leader:act-${acts + 1}`);
    if (!known && !other) await leave();
  };

  const settle = () => relay.drainAll();

  /** From the agency's draft to its issued paper. */
  const sendOut = async (agency: string, id: string, rev: number) => {
    await act(agency, 'officer', id, 'SEND_UP', { rev });
    await act(agency, 'unitHead', id, 'ENDORSE');
    await act(agency, 'leader', id, 'SIGN');
  };
  const issue = (agency: string, id: string) => act(agency, 'clerk', id, 'ISSUE', { date: day });

  const one = await start('STP', 'estimate', 'one');
  await edit('STP', one, { part: 'content', op: 'replace', rev: 0, input: typed });
  await sendOut('STP', one, 1);
  await issue('STP', one);
  await settle();

  const two = await start('STP', 'estimate', 'two');
  await edit('STP', two, { part: 'content', op: 'replace', rev: 0, input: typed });
  // A step that died left the draft frozen; who edits it next thaws it.
  await stores.drafts.freeze({ tenant, id: two }, 'content', 1, momentOf(await load(two)));
  const { location } = header;
  await edit('STP', two, { part: 'content', op: 'setHeader', rev: 1, input: { location } });
  await sendOut('STP', two, 2);
  await leftBehind(two, () =>
    stores.registers.hold({ tenant, agency: 'STP', type: 'TTr', year: 2025, key: `${two}:TTr:1` }),
  );
  await act('STP', 'clerk', two, 'SEND_BACK', { reason: 'Đơn vị không còn nhu cầu' });
  await act('STP', 'officer', two, 'ABANDON', { reason: 'Đơn vị không còn nhu cầu' });
  await settle();

  day = '2025-10-01';
  await act('SKHCN', 'clerk', one, 'REGISTER');
  for (const [rev, line] of lines.entries()) {
    const input = { lineId: `l${lines.indexOf(line) + 1}`, verdict: 'accept' };
    await edit('SKHCN', one, { part: 'review', op: 'setVerdict', rev, input });
  }
  await act('SKHCN', 'officer', one, 'CONCLUDE_LINES');
  await act('SKHCN', 'officer', one, 'ASK_OPINION');
  await act('CATP', 'officer', one, 'GIVE_OPINION', { verdict: 'agree', agreedLevel: 3 });
  await act('SKHCN', 'unitHead', one, 'ACCEPT');
  await settle();

  const table = await start('SKHCN', 'consolidation', 'table');
  await act('SKHCN', 'officer', table, 'ADD', { ids: [one] });
  await settle();
  await act('SKHCN', 'officer', table, 'FREEZE');
  await act('SKHCN', 'officer', table, 'SEND_UP');
  await act('SKHCN', 'unitHead', table, 'ENDORSE');
  await act('SKHCN', 'leader', table, 'SIGN');
  await issue('SKHCN', table);
  await settle();

  day = '2025-10-10';
  await act('STC', 'clerk', table, 'RECEIVE');
  await settle();
  const amount = (await load(one)).context['reviewed'];
  const appraisal = { estimateId: one, amount, criteria: [] };
  await edit('STC', table, { part: 'appraisal', op: 'setAppraisal', rev: 0, input: appraisal });
  await act('STC', 'officer', table, 'CONCLUDE');
  await act('STC', 'leader', table, 'SIGN');
  await issue('STC', table);
  await settle();
  await act('VP', 'officer', table, 'PASS');
  await act('UBND', 'leader', table, 'APPROVE');
  await settle();

  day = '2025-10-20';
  const money = await start('STC', 'allocation', 'money');
  const shares = Object.entries({ 2025: 1_000_000_000, 2026: 2_000_000_000 });
  await edit('STC', money, {
    part: 'content',
    op: 'replace',
    rev: 1,
    input: {
      lines: shares.map(([year, share]) => ({
        estimate: one,
        source: 'NSTP_CTX',
        year: Number(year),
        amount: share,
      })),
    },
  });
  await sendOut('STC', money, 2);
  await issue('STC', money);
  await act('VP', 'officer', money, 'PASS');
  const { seq, context } = await load(money);
  const { lineage, ordinal } = context as unknown as { lineage: string; ordinal: number };
  const cells = { 'NSTP_CTX/2025': 1_000_000_000 };
  await leftBehind(money, () =>
    stores.ledgers.hold({ tenant, round, lineage, ordinal, cells, seq: seq + 1 }),
  );
  await act('UBND', 'leader', money, 'SEND_BACK', { reason: 'Xem lại khả năng cân đối trong năm' });
  await settle();
  await sendOut('STC', money, 2);
  await issue('STC', money);
  await act('VP', 'officer', money, 'PASS');
  await act('UBND', 'leader', money, 'APPROVE');
  await settle();

  day = '2025-10-27';
  next();
  // Whoever was killed while it swept holds the lease until it runs out.
  await until(async () => (await workflow.sweep()) !== null);
  await settle();
};
