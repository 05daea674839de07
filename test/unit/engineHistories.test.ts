import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hashOf, verifyChain } from '../../src/engine/journal.js';
import { editEvents } from '../../src/engine/engine.js';
import type { Case, Entry, Part, Person } from '../../src/engine/ports.js';
import { Refusal } from '../../src/errors.js';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { ask, permissionsOf } from '../../workflows/registry.js';
import { partyOf, roleOf, type Permit, type Role } from '../../workflows/vocabulary.js';
import { inForm, seed } from '../setup/trials.js';
import { aCity, type City } from '../builders/city.js';
import { aDelegation, aPerson } from '../builders/people.js';
import {
  appraise,
  committee,
  draftedEstimate,
  eligibleEstimate,
  finance,
  gatheringOf,
  scienceAndTechnology,
  toAppraising,
  toDecision,
} from '../builders/roads.js';

/** How many histories over the whole engine. */
const runs = inForm({ short: 120, whole: 4_000 });

const agencies = ['SVHTTDL', '31135', 'SKHCN', 'STC', 'CATP', 'VP', 'UBND', 'HDND'];
const duties: readonly (readonly Role[])[] = [
  ['officer'],
  ['unitHead'],
  ['leader'],
  ['clerk'],
  // Somebody who may do everything meets R27 at every corner.
  ['officer', 'unitHead', 'leader', 'clerk'],
];
const cast: readonly Person[] = agencies.flatMap((agency) => [
  ...duties.map((roles) => aPerson({ agency, roles })),
  aPerson({
    agency,
    roles: ['deputy'],
    delegations: [aDelegation(aPerson({ agency, roles: ['leader'] }), 'leader')],
  }),
  aPerson({
    id: `${agency}.officer2`,
    agency,
    roles: ['officer'],
    delegations: [aDelegation(aPerson({ agency, roles: ['unitHead'] }), 'unitHead', { capacity: 'TL' })],
  }),
]);

const backward = new Set([
  'ABANDON',
  'SEND_BACK',
  'RECALL',
  'RETURN',
  'WITHDRAW',
  'REFUSE_RECEIPT',
  'REOPEN',
  'DECLARE_NIL',
  'REMOVE',
  'DECLINE',
  'REFER_TO_COUNCIL',
  'REOPEN_LINES',
  'CLOSE',
  'OPEN_ALL',
]);
const reason = 'Lý do đủ dài cho hồ sơ';
const estimateOf = ({ context }: Case) => context as unknown as EstimateContext;

/** What a person would type with an event. */
const fieldsOf = async (city: City, found: Case, type: string, n: number): Promise<object> => {
  const today = city.clock.now().slice(0, 10);
  const estimates = city.cases.all().filter(({ kind }) => kind === 'estimate');
  const ids = (wanted: (estimate: Case) => boolean) => estimates.filter(wanted).map(({ id }) => id);
  const draft = await city.drafts.load(found, 'content');
  const members = ids((one) => estimateOf(one).consolidation === found.id);
  const substitutes =
    found.owner === 'SKHCN' ? { reviewer: 'VP' } : found.owner === 'STC' ? { appraiser: 'VP' } : {};
  const amounts = members.map((estimate) => ({
    estimate,
    amount: Math.floor((estimateOf(city.cases.all().find(({ id }) => id === estimate)!).appraised ?? 0) / 2),
  }));
  const fields: Record<string, object> = {
    SEND_UP: { rev: draft?.rev ?? 0 },
    ISSUE: { date: today },
    REGISTER: { substitutes },
    GIVE_OPINION: {
      verdict: ['agree', 'agreeWithConditions', 'disagree', 'agree'][n % 4],
      agreedLevel: 3,
      conditions: reason,
    },
    REQUEST_SUPPLEMENT: { reason, due: today },
    RETURN:
      found.kind === 'estimate'
        ? { reason, lines: n % 2 ? [] : ['l1'] }
        : { reason, estimates: members.slice(n % 2) },
    OWN_DECISION: {
      verdict: 'approve',
      amount: n % 2 ? 100 : 9e14,
      number: '01/QĐ-UBND',
      date: today,
      signer: 'Chủ tịch',
    },
    ADD: { ids: ids((one) => one.state === 'eligible') },
    REMOVE: { ids: members.slice(0, 1) },
    SETTLE_OVERLAP: { group: 'none', decision: 'complementary', reason },
    APPROVE_ADJUSTED: { reason, amounts: amounts.filter(({ amount }) => amount > 0) },
    RESOLVE: {
      verdict: n % 2 ? 'approve' : 'decline',
      reason,
      number: '25/NQ-HĐND',
      date: today,
      signer: 'Chủ tịch HĐND',
      file: city.given.attachments.attach(found.id),
    },
  };
  return fields[type] ?? { reason, note: reason, question: reason, answer: reason };
};

const editsOf: Readonly<Record<Part, (city: City, found: Case, n: number) => readonly [string, object]>> = {
  content: (city, found, n) => {
    if (found.kind === 'estimate')
      return n % 5
        ? ['setHeader', { location: `Nơi thứ ${n}` }]
        : ['setLine', { lineId: 'l1', unitPrice: 1_000_000 + n }];
    const approved = city.cases.all().filter(({ state }) => state === 'approved' || state === 'allocated');
    const lines = approved
      .filter(({ kind }) => kind === 'estimate')
      .map((one) => ({
        estimate: one.id,
        source: 'NSTP_CTX',
        year: 2026,
        amount: Math.floor((estimateOf(one).approved ?? 0) / (1 + (n % 2))),
      }));
    return ['replace', { lines }];
  },
  review: (_city, _found, n) => [
    'setVerdict',
    { lineId: 'l1', verdict: ['accept', 'accept', 'accept', 'exclude', 'return'][n % 5], reason },
  ],
  appraisal: (city, found, n) => {
    const rows = city.cases
      .all()
      .filter((one) => one.kind === 'estimate' && estimateOf(one).consolidation === found.id);
    const row = rows[n % Math.max(1, rows.length)];
    const reviewed = row ? (estimateOf(row).reviewed ?? 0) : 0;
    return [
      'setAppraisal',
      { estimateId: row?.id ?? '', amount: reviewed - (n % 3), comment: reason, criteria: [] },
    ];
  },
};

/** Where a history begins. */
const beginnings: readonly ((city: City) => Promise<unknown>)[] = [
  async (city) => {
    await draftedEstimate(city, 'DT-2025-009');
    await draftedEstimate(city, 'DT-2025-011');
  },
  async (city) => {
    const { id } = await eligibleEstimate(city, 'DT-2025-009');
    const { id: own } = await eligibleEstimate(city, 'DT-2025-011');
    await toAppraising(city, (await gatheringOf(city, [id, own])).id);
  },
  async (city) => {
    const { id, context } = await eligibleEstimate(city, 'DT-2025-009');
    const table = await gatheringOf(city, [id]);
    await toAppraising(city, table.id);
    await appraise(city, table.id, { [id]: Number(context['reviewed']) });
    await toDecision(city, table.id);
  },
  async (city) => {
    const { id, context } = await eligibleEstimate(city, 'DT-2025-009');
    const table = await gatheringOf(city, [id]);
    await toAppraising(city, table.id);
    await appraise(city, table.id, { [id]: Number(context['reviewed']) });
    await toDecision(city, table.id);
    await city.send(committee.leader, table.id, { type: 'APPROVE' });
    await city.start(finance.officer, 'allocation');
  },
];

const permitted = (found: Case, person: Person, permits: readonly Permit[]) =>
  permits.some((permit) => {
    const agency = (found.context.parties as unknown as Record<string, string>)[partyOf(permit)];
    const roles = [...person.roles, ...person.delegations.map((delegation) => delegation.role)];
    return agency === person.agency && roles.includes(roleOf(permit));
  });

type Choice = readonly [number, number, number, number];

/** One act of somebody, as chance has it; @returns whether it may stand although it was refused. */
const act = async (city: City, [which, what, whom, n]: Choice): Promise<void> => {
  const active = city.cases.all().filter(({ status }) => status === 'active');
  if (n % 23 === 0 || active.length === 0) {
    const kind = (['consolidation', 'allocation', 'consolidation'] as const)[what % 3]!;
    const person = kind === 'allocation' ? finance.officer : scienceAndTechnology.officer;
    await city.start(whom % 5 === 0 ? cast[whom % cast.length]! : person, kind);
    return;
  }
  const found = active[which % active.length]!;
  const machine = ask(found);
  const parts = (['content', 'review', 'appraisal'] as const).filter((part) =>
    machine.tags.has(`editable:${part}`),
  );
  const events = machine.events.filter(
    (type) => (!backward.has(type) || n % 3 === 0) && (machine.permits(type)[0] !== 'system' || n % 11 === 0),
  );
  const part = parts[0];
  const type = part && what % 2 === 0 ? editEvents[part] : events[what % Math.max(1, events.length)];
  if (!type) return;
  const able = cast.filter((person) => permitted(found, person, machine.permits(type)));
  const person = (n % 7 === 0 ? cast : able)[whom % Math.max(1, n % 7 === 0 ? cast.length : able.length)];
  if (!person) return;
  if (part && type === editEvents[part]) {
    const [op, input] = editsOf[part](city, found, n);
    await city.edit(person, found.id, op, input);
    return;
  }
  const fields = await fieldsOf(city, found, type, n);
  const hash = found.content && ['ENDORSE', 'SIGN', 'ISSUE'].includes(type) ? { hash: found.content } : {};
  await city.engine.send({
    person,
    caseId: found.id,
    seq: found.seq,
    event: { type, ...hash, ...fields },
    key: `k${which}-${what}`,
  });
  // Sometimes what is owed waits a little.
  if (n % 4 > 0) await city.relay();
};

/** The amounts of an estimate never grow on their way. */
const sumsOf = (found: Case): string[] => {
  const { requested, reviewed, appraised, approved, allocations } = estimateOf(found);
  const allocated = Object.values(allocations).reduce((sum, { amount }) => sum + amount, 0);
  const way = [requested, reviewed, appraised, approved, approved === null ? null : allocated];
  const known = way.filter((amount): amount is number => amount !== null);
  return known.some((amount, at) => at > 0 && amount > (known[at - 1] ?? 0))
    ? [`${found.id}: ${way.join(' → ')}`]
    : [];
};

/** Each entry was made by somebody whom the table names, and by nobody who prepared what it judges. */
const ofEntries = (found: Case, entries: readonly Entry[]): string[] => {
  const table = permissionsOf(found.kind, found.version);
  let preparers: readonly string[] = [];
  let endorser = '';
  return entries.flatMap((entry, at) => {
    const { event, actor, permit, from } = entry;
    if (from === null) return [];
    const wrong: string[] = [];
    if (JSON.stringify(from) !== JSON.stringify(entries[at - 1]?.to)) wrong.push('a state between two steps');
    const { paths } = ask({ ...found, state: from });
    if (!paths.some((path) => table[path]?.[event.type]?.includes(permit))) wrong.push(`by ${permit}`);
    const role = roleOf(permit);
    if (permit !== 'system' && !actor.roles.includes(role) && actor.actingFor?.role !== role)
      wrong.push('by nobody');
    if (event.type === 'SEND_UP') {
      const { draft } = event['facts'] as { draft?: { editors: string[] } };
      preparers = [actor.id, ...(draft?.editors ?? [])];
      endorser = '';
    }
    const inside = JSON.stringify(from).includes('preparing');
    const judges =
      ['ENDORSE', 'SIGN', 'APPROVE', 'APPROVE_ADJUSTED', 'DECLINE'].includes(event.type) &&
      permit !== 'system';
    if (judges && (inside || event.type !== 'SIGN') && preparers.includes(actor.id))
      wrong.push('what they prepared');
    if (inside && event.type === 'SIGN' && endorser === actor.id) wrong.push('what they endorsed');
    if (event.type === 'ENDORSE') endorser = actor.id;
    return wrong.map((what) => `${found.kind} ${entry.seq} ${event.type} ${actor.id}: ${what}`);
  });
};

const afterwards = async (city: City): Promise<string[]> => {
  const wrong: string[] = [];
  for (const found of city.cases.all()) {
    const { tenant, id, seq, head, state } = found;
    const entries = city.cases.entriesOf({ tenant, id });
    const faults = await verifyChain({ tenant, case: id }, entries, { seq, head });
    wrong.push(...faults.map((fault) => `journal: ${JSON.stringify(fault)}`), ...ofEntries(found, entries));
    if (JSON.stringify(entries.at(-1)?.to) !== JSON.stringify(state))
      wrong.push(`${id} stands where no step led`);
    if (found.kind === 'consolidation' && found.content) {
      const { sums, rows } = found.context as unknown as ConsolidationContext;
      const frozen = await city.contents.get<{
        rows: { requested: { grandTotal: number }; reviewed: { grandTotal: number } }[];
      }>(tenant, found.content);
      const total = (stage: 'requested' | 'reviewed') =>
        frozen.rows.reduce((sum, row) => sum + row[stage].grandTotal, 0);
      if (
        sums?.requested !== total('requested') ||
        sums.reviewed !== total('reviewed') ||
        rows?.count !== frozen.rows.length
      )
        wrong.push(`${id}: ${JSON.stringify({ sums, rows })}`);
    }
  }
  for (const [key, text] of city.texts) {
    if (hashOf(JSON.parse(text)) !== key.split('/')[1]) wrong.push(`the content ${key} has changed`);
  }
  return wrong;
};

const play = async (beginning: number, choices: readonly Choice[]): Promise<string[]> => {
  const city = aCity();
  await beginnings[beginning % beginnings.length]!(city);
  for (const choice of choices) {
    try {
      await act(city, choice);
    } catch (error) {
      // A refusal is an answer; anything else is a bug.
      if (!(error instanceof Refusal)) throw error;
    }
    const wrong = city.cases.all().flatMap((found) => (found.kind === 'estimate' ? sumsOf(found) : []));
    if (wrong.length > 0) return wrong;
  }
  await city.relay();
  return afterwards(city);
};

describe('random histories through the engine', () => {
  it(
    'keep sums, journal, contents, rights, and who may judge whose work',
    async () => {
      const number = fc.nat(5000);
      await fc.assert(
        fc.asyncProperty(
          fc.nat(3),
          fc.array(fc.tuple(number, number, number, number), { minLength: 10, maxLength: 80, size: 'max' }),
          async (beginning, choices) => expect(await play(beginning, choices)).toEqual([]),
        ),
        { seed, numRuns: runs },
      );
    },
    60_000 + runs * 2_000,
  );
});
