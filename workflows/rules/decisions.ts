import { workingDaysLate } from '../calendar.js';
import type { Line, LineVerdict } from '../content.js';
import { computeLine } from '../totals.js';
import { groupBy } from './groupBy.js';
import type { AmountsChain, Found, PersonsFacts, Rule, StepFacts } from './shapes.js';

/** Late is allowed, and told: in working days and calendar days. */
export const r22: Rule<StepFacts> = {
  id: 'R22',
  source: 'Kế hoạch ngày 22/9/2025, mục III.4.a: các thời hạn',
  stages: { preparing: 'info', acceptance: 'info', freeze: 'info', finance: 'info', decision: 'info' },
  codes: ['LATE'],
  check: ({ deadline }) => {
    if (!deadline) return [];
    const { path, due, actual } = deadline;
    const late = workingDaysLate(due, actual);
    return late.calendarDays > 0 ? [{ code: 'LATE', path, params: { due, actual, ...late } }] : [];
  },
};

/** The chain of each line that a verdict changes: requested against reviewed, after VAT. */
export const chainsOfVerdicts = (
  lines: readonly Line[],
  verdicts: readonly Omit<LineVerdict, 'lineHash' | 'by'>[],
): AmountsChain[] => {
  const byLine = new Map(verdicts.map((verdict) => [verdict.lineId, verdict]));
  return lines.flatMap((line, i): AmountsChain[] => {
    const verdict = byLine.get(line.id);
    if (verdict?.verdict !== 'reduce') return [];
    const { quantity = line.quantity, unitPrice = line.unitPrice, increaseReason } = verdict;
    const reviewed = computeLine({ ...line, quantity, unitPrice }).amountAfterVat;
    const chain = {
      path: `lines/${line.id}`,
      subject: String(i + 1),
      requested: line.amountAfterVat,
      reviewed,
    };
    return [increaseReason === undefined ? chain : { ...chain, increaseReason }];
  });
};

const links = [
  { higher: 'requested', lower: 'reviewed', code: 'REVIEWED_ABOVE_REQUESTED' },
  { higher: 'reviewed', lower: 'appraised', code: 'APPRAISED_ABOVE_REVIEWED' },
  { higher: 'appraised', lower: 'approved', code: 'APPROVED_ABOVE_APPRAISED' },
  { higher: 'approved', lower: 'allocated', code: 'ALLOCATED_ABOVE_APPROVED' },
] as const;

const broken = (chain: AmountsChain): Found[] =>
  links.flatMap(({ higher, lower, code }): Found[] => {
    const whole = chain[higher];
    const found = chain[lower];
    const taken = higher === 'approved' ? chain.taken : undefined;
    const limit = whole === undefined ? undefined : whole - (taken?.amount ?? 0);
    if (limit === undefined || found === undefined || found <= limit) return [];
    if (code === 'REVIEWED_ABOVE_REQUESTED' && (chain.increaseReason ?? '').trim() !== '') return [];
    const params = { subject: chain.subject, found, limit, excess: found - limit };
    const path = `${chain.path}/${lower}`;
    if (!taken) return [{ code, path, params }];
    const of = { approved: limit + taken.amount, taken: taken.amount, by: taken.by };
    return [{ code: 'ALLOCATED_ABOVE_LEFT', path, params: { ...params, ...of } }];
  });

/**
 * What is given beside the shares that were decided. Money decided for a year may be given in a later one, which is
 * told; never before, and never from another source.
 */
const besideShares = ({ subject, shares = [] }: AmountsChain): Found[] =>
  [...groupBy(shares, ({ source }) => source).values()].flatMap((ofSource) => {
    const soFar = { approved: 0, taken: 0, found: 0 };
    const later: Found[] = [];
    let path = '';
    for (const share of ofSource.toSorted((one, other) => one.year - other.year)) {
      const { source, year, approved, taken, allocated: found } = share;
      soFar.approved += approved;
      soFar.taken = share.takenSoFar ?? soFar.taken + taken;
      soFar.found += found;
      if (found > 0) path = share.path;
      const told = (code: string, of: typeof soFar): Found => {
        const limit = Math.max(0, of.approved - of.taken);
        return { code, path, params: { subject, source, year, ...of, limit, excess: of.found - limit } };
      };
      const beyond = ({ approved, taken, found }: typeof soFar) => found > Math.max(0, approved - taken);
      if (beyond(soFar)) return [...later, told('ALLOCATED_ABOVE_SHARE', { ...soFar })];
      const own = { approved, taken, found };
      if (beyond(own)) later.push({ ...told('ALLOCATED_IN_LATER_YEAR', own), atMost: 'warning' });
    }
    return later;
  });

const overdrawn = ({
  cell,
  allocated,
  envelope,
  taken,
}: NonNullable<StepFacts['envelopes']>[number]): Found[] => {
  const limit = envelope - (taken?.amount ?? 0);
  if (allocated <= limit) return [];
  const [source = '', year = ''] = cell.split('/');
  const params = { source, year, found: allocated, limit, excess: allocated - limit };
  const path = `envelopes/${cell}`;
  if (!taken) return [{ code: 'ALLOCATED_ABOVE_ENVELOPE', path, params }];
  const of = { envelope, taken: taken.amount, by: taken.by };
  return [{ code: 'ALLOCATED_ABOVE_ENVELOPE_LEFT', path, params: { ...params, ...of } }];
};

/**
 * No amount grows on its way: allocated ≤ approved ≤ appraised ≤ reviewed ≤ requested, by source and year as it was
 * decided, and within the envelope.
 */
export const r23: Rule<StepFacts> = {
  id: 'R23',
  source: 'Đề xuất thiết kế: phân bổ ≤ phê duyệt ≤ thẩm định ≤ rà soát ≤ đề nghị',
  stages: { acceptance: 'error', freeze: 'error', finance: 'error', decision: 'error' },
  codes: [
    ...links.map(({ code }) => code),
    'ALLOCATED_ABOVE_LEFT',
    'ALLOCATED_ABOVE_SHARE',
    'ALLOCATED_IN_LATER_YEAR',
    'ALLOCATED_ABOVE_ENVELOPE',
    'ALLOCATED_ABOVE_ENVELOPE_LEFT',
  ],
  check: ({ amounts = [], envelopes = [] }) => [
    ...amounts.flatMap((chain) => {
      const found = broken(chain);
      // What is too much in all is too much of some source.
      return found.length > 0 ? found : besideShares(chain);
    }),
    ...envelopes.flatMap(overdrawn),
  ],
};

/** A number is given once in its register, in its own year, from 01 on. */
export const r26: Rule<StepFacts> = {
  id: 'R26',
  source: 'NĐ 30/2020/NĐ-CP: số văn bản theo năm, từ 01 ngày 01/01',
  stages: { preparing: 'error', finance: 'error', decision: 'error' },
  codes: ['NUMBER_TAKEN', 'NUMBER_OF_OTHER_YEAR', 'NUMBERS_START_LATE'],
  check: ({ numbers = [] }) => {
    const lowest = new Map<string, (typeof numbers)[number]>();
    const taken = new Set<string>();
    const found: Found[] = [];
    for (const number of numbers) {
      const register = `${number.agency}/${number.type}/${number.year}`;
      const path = `registers/${register}/${number.number}`;
      const params = { symbol: number.symbol, year: number.year, day: number.day };
      if (taken.has(path)) found.push({ code: 'NUMBER_TAKEN', path, params });
      taken.add(path);
      if (Number(number.day.slice(0, 4)) !== number.year)
        found.push({ code: 'NUMBER_OF_OTHER_YEAR', path, params });
      if (number.number < (lowest.get(register)?.number ?? Infinity)) lowest.set(register, number);
    }
    for (const [register, { number, symbol, year }] of lowest) {
      if (number === 1) continue;
      found.push({
        code: 'NUMBERS_START_LATE',
        path: `registers/${register}`,
        params: { symbol, year, found: number },
      });
    }
    return found;
  },
};

const samePerson = (persons: PersonsFacts): Found[] => {
  const { preparers = [], reviewers = [], endorser, signer, decider } = persons;
  const pairs = [
    { code: 'ENDORSER_PREPARED', path: 'endorser', who: endorser, others: preparers },
    { code: 'SIGNER_PREPARED', path: 'signer', who: signer, others: preparers },
    {
      code: 'SIGNER_ENDORSED',
      path: 'signer',
      who: signer,
      others: endorser === undefined ? [] : [endorser],
    },
    {
      code: 'REVIEWER_PREPARED',
      path: 'reviewers',
      who: reviewers.find((id) => preparers.includes(id)),
      others: preparers,
    },
    {
      code: 'DECIDER_TOOK_PART',
      path: 'decider',
      who: decider,
      others: [...preparers, ...reviewers, ...[endorser, signer].filter((id) => id !== undefined)],
    },
  ];
  return pairs.flatMap(({ code, path, who, others }) =>
    who !== undefined && others.includes(who)
      ? [{ code, path: `persons/${path}`, params: { person: who } }]
      : [],
  );
};

/** Preparer, endorser, signer and decider are different natural persons; nobody judges their own agency's paper. */
export const r27: Rule<StepFacts> = {
  id: 'R27',
  source: 'Ý của TT 03/2020/TT-BTTTT: người lập, người thẩm định, người ký là khác nhau',
  stages: { preparing: 'error', acceptance: 'error', freeze: 'error', finance: 'error', decision: 'error' },
  codes: [
    'ENDORSER_PREPARED',
    'SIGNER_PREPARED',
    'SIGNER_ENDORSED',
    'REVIEWER_PREPARED',
    'DECIDER_TOOK_PART',
    'REVIEWER_IS_OWNER',
    'APPRAISER_IS_OWNER',
  ],
  check: ({ persons }) => {
    if (!persons) return [];
    const { owner, reviewerAgency, appraiserAgency } = persons;
    const sameAgency = [
      { code: 'REVIEWER_IS_OWNER', path: 'parties/reviewer', agency: reviewerAgency },
      { code: 'APPRAISER_IS_OWNER', path: 'parties/appraiser', agency: appraiserAgency },
    ].flatMap(({ code, path, agency }) =>
      owner !== undefined && agency === owner ? [{ code, path, params: { agency } }] : [],
    );
    return [...samePerson(persons), ...sameAgency];
  },
};
