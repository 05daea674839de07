import type { ConsolidationFacts } from '../../workflows/consolidation.v1.js';
import { sum } from '../../workflows/money.js';
import { stepFindings } from '../../workflows/rules/index.js';
import {
  outsidePaperOf,
  type DocumentNumber,
  type Hash,
  type Money,
  type OutsidePaper,
} from '../../workflows/vocabulary.js';
import { consolidationOf } from '../engine/contexts.js';
import { refuseErrors } from '../engine/refuseErrors.js';
import { frozenHashOf, frozenOf } from '../engine/frozen.js';
import { holdNumber } from '../engine/numbers.js';
import { checkOutsidePaper } from '../engine/outsidePaper.js';
import type { Asked, Slice } from '../engine/ports.js';
import { freezeOrders, type Given } from '../engine/shared.js';
import { badInput, fault } from '../errors.js';
import { appraisalOf, type Appraisal } from './appraisal.js';
import type { ConsolidationContent } from './table.js';

/** What the authority decided, row by row, frozen. */
export interface Decision {
  readonly kind: 'decision';
  readonly content: Hash;
  readonly rows: readonly {
    readonly case: string;
    readonly code: string;
    readonly appraised: Money;
    readonly approved: Money;
    readonly reason: string | null;
  }[];
}

/** Amounts that differ from the appraised ones, by estimate. */
type Adjustments = ReadonlyMap<string, { readonly amount: Money; readonly reason?: string }>;

/** What deciding prepares: the decision row by row, what the rows are told of it, and its number. */
export const deciding = (given: Given) => {
  const { contents, attachments } = given;

  /**
   * @param adjustments null: declined as a whole
   * @param paper by which it is decided, once nothing refuses it any more: ours with its number, or one made outside
   */
  const decide = async (
    asked: Asked,
    adjustments: Adjustments | null,
    paper: () => Promise<{ number: DocumentNumber | null; outside: OutsidePaper | null }>,
  ) => {
    const { found, event } = asked;
    const [content, appraisal] = await Promise.all([
      frozenOf<ConsolidationContent>(contents, found),
      appraisalOf(contents, found),
    ]);
    const refusal = typeof event['reason'] === 'string' ? event['reason'] : notGranted;
    const rows = decidedRows(content, appraisal, adjustments, refusal);
    const decision: Decision = { kind: 'decision', content: frozenHashOf(found), rows };
    const by = await paper();
    const told = rows.map(({ case: estimate, approved, reason }) => ({
      case: estimate,
      event:
        approved > 0
          ? { type: 'APPROVE', amount: approved, ...by, ...(reason !== null && { reason }) }
          : { type: 'DECLINE', reason: reason ?? refusal, ...by },
    }));
    const noted = content.rows
      .filter(({ ownMoney }) => ownMoney)
      .map((row) => ({ case: row.case, event: { type: 'NOTED' } }));
    return {
      decision: {
        hash: await contents.put(found.tenant, decision),
        approved: sum(rows.map((row) => row.approved)),
      },
      orders: await freezeOrders(contents, found.tenant, [...told, ...noted]),
      ...(by.number !== null && { number: by.number }),
    } satisfies ConsolidationFacts;
  };

  /** Our own decision, with a number of the authority's register. */
  const byAuthority = (asked: Asked, adjustments: Adjustments | null) => {
    const { found, event, day } = asked;
    const agency = consolidationOf(found).parties.authority;
    return decide(asked, adjustments, async () => ({
      number: await holdNumber(given, { found, event, agency, type: 'QĐ', nth: 1, day }),
      outside: null,
    }));
  };

  /** A council's resolution is a fact from outside: it has its number, and prints nothing here. */
  const byCouncil = async (asked: Asked, adjustments: Adjustments | null) => {
    await checkOutsidePaper(attachments, asked, consolidationOf(asked.found).referred);
    const outside = outsidePaperOf(asked.event as never);
    return decide(asked, adjustments, () => Promise.resolve({ number: null, outside }));
  };

  return {
    APPROVE: (asked) => byAuthority(asked, new Map()),
    APPROVE_ADJUSTED: (asked) => byAuthority(asked, adjustmentsOf(asked)),
    DECLINE: (asked) => byAuthority(asked, null),
    RESOLVE: (asked) => byCouncil(asked, asked.event['verdict'] === 'decline' ? null : adjustmentsOf(asked)),
  } satisfies Slice['prepare'];
};

/** What the authority would decide by approving what was appraised. */
export const asAppraised = (content: ConsolidationContent, appraisal: Appraisal): Decision['rows'] =>
  decidedRows(content, appraisal, new Map(), notGranted);

/** What an estimate is told that was given nothing and no other reason. */
const notGranted = 'Không chấp thuận';

/** The appraised rows as they are decided. @throws {Refusal} BAD_INPUT, RULES_BROKEN */
const decidedRows = (
  content: ConsolidationContent,
  { rows: appraised }: Appraisal,
  adjustments: Adjustments | null,
  refusal: string,
): Decision['rows'] => {
  const unknown = [...(adjustments?.keys() ?? [])].filter((id) => !appraised.some((row) => row.case === id));
  if (unknown.length > 0) {
    throw badInput(unknown.map((id) => fault('event.amounts', 'row.unknown', { found: id })));
  }
  const isOther = ({ case: of, amount }: Appraisal['rows'][number]) =>
    adjustments?.has(of) === true && adjustments.get(of)?.amount !== amount;
  if (adjustments && adjustments.size > 0 && !appraised.some(isOther)) {
    throw badInput([fault('event.amounts', 'row.same')]);
  }
  const rows = appraised.map((row) => {
    const base = { case: row.case, code: row.code, appraised: row.amount };
    if (adjustments === null) return { ...base, approved: 0, reason: refusal };
    const adjusted = adjustments.get(row.case);
    if (!adjusted || adjusted.amount === row.amount) {
      const reason = row.amount === 0 ? reasonOfNothing(content, row) || refusal : null;
      return { ...base, approved: row.amount, reason };
    }
    return { ...base, approved: adjusted.amount, reason: adjusted.reason ?? refusal };
  });
  refuseErrors(
    stepFindings(
      {
        amounts: rows.map((row) => ({
          path: `estimates/${row.case}`,
          subject: row.code,
          appraised: row.appraised,
          approved: row.approved,
        })),
      },
      'decision',
    ),
  );
  return rows;
};

/**
 * Why nothing was there to be approved: settled overlaps took all of it out, or the appraisal left nothing, which has
 * its comment then.
 */
const reasonOfNothing = ({ rows }: ConsolidationContent, appraised: Appraisal['rows'][number]): string => {
  const takenOut = rows.find((row) => row.case === appraised.case)?.takenOut ?? [];
  const reasons = appraised.proposed === 0 ? takenOut.map(({ reason }) => reason) : [];
  return [...new Set(reasons)].join('; ') || (appraised.comment ?? '');
};

const adjustmentsOf = ({ event }: Asked): Adjustments => {
  const amounts = (event['amounts'] ?? []) as { estimate: string; amount: Money; reason?: string }[];
  return new Map(amounts.map(({ estimate, ...adjusted }) => [estimate, adjusted]));
};
