import type { ConsolidationFacts } from '../../workflows/consolidation.v1.js';
import { sum } from '../../workflows/money.js';
import { consolidationOf, estimateOf } from '../engine/contexts.js';
import type { Case, Slice } from '../engine/ports.js';
import { freezeOrders, type Given, type Summaries } from '../engine/shared.js';
import { badInput, eventRefused, fault, Refusal, type FieldFault } from '../errors.js';
import type { ConsolidationTables } from './consolidationTables.js';
import { tableHash } from './seen.js';
import { settlersOf } from './settlers.js';
import { reopeningOverlaps, settlingOverlap } from './settling.js';
import { mostMembers, tableOf, type ConsolidationContent } from './table.js';

/** What the owner's steps need and prepare until the table is frozen: members in and out, overlaps, FREEZE. */
export const gathering = (given: Given & { summaries: Summaries }, tables: ConsolidationTables) => {
  const { contents, directory, cases, summaries } = given;
  const { standingOf } = tables;

  /** How the agencies that owe an estimate have answered so far. */
  const answersOf = async (found: Case): Promise<ConsolidationContent['answers']> => {
    const [agencies, estimates] = await Promise.all([
      directory.agencies(found.tenant),
      cases.inRound(found.tenant, 'estimate', found.round),
    ]);
    const issued = estimates.filter((estimate) => estimateOf(estimate).revision > 0);
    const daysLate = new Map<string, number>();
    for (const estimate of issued) {
      const { owner, late } = estimateOf(estimate);
      if (late) daysLate.set(owner, Math.max(late.workingDays, daysLate.get(owner) ?? 0));
    }
    const sent = new Set(issued.map(({ owner }) => owner));
    const late = agencies.flatMap(({ ref: agency }) => {
      const workingDays = daysLate.get(agency);
      return workingDays === undefined ? [] : [{ agency, workingDays }];
    });
    return {
      agencies: agencies.filter(({ submits }) => submits).length,
      onTime: sent.size - late.length,
      late,
      nil: estimates.filter((estimate) => estimateOf(estimate).nilSigned !== null).length,
    };
  };

  return {
    /** What stands between the table and being frozen; the database adds up the same sums once more. */
    async facts(found: Case) {
      const { rows, groups } = await standingOf(found);
      const { faults, ...sums } = summed(rows);
      const inDatabase = await summaries.sums(
        found.tenant,
        rows.map(({ accepted }) => accepted.summary),
      );
      const taken = sum(rows.map(({ accepted, reviewed }) => accepted.reviewed - reviewed.grandTotal));
      const agree =
        inDatabase.requested === sums.requested && inDatabase.reviewed === sum([sums.reviewed, taken]);
      return {
        overlaps: {
          open: groups.filter(({ settled }) => !settled).length,
          settlers: settlersOf(groups, consolidationOf(found).parties),
        },
        disagreements: {
          count: rows.filter(({ policeVerdict }) => policeVerdict === 'KHONG_THONG_NHAT').length,
        },
        crossFoot: { faults: faults.length + (agree ? 0 : 1) },
      } satisfies ConsolidationFacts;
    },

    prepare: {
      async ADD({ found, event }) {
        const ids = event['ids'] as string[];
        const { members, pending } = consolidationOf(found);
        const all = members + pending + ids.length;
        if (all > mostMembers) {
          throw new Refusal('LIMIT_EXCEEDED', { what: 'members', found: all, limit: mostMembers });
        }
        const asked = new Map((await cases.loadMany(found.tenant, ids)).map((one) => [one.id, one]));
        const faults = ids.flatMap((id): FieldFault[] => {
          const estimate = asked.get(id);
          if (estimate?.kind !== 'estimate' || estimate.round !== found.round) {
            return [fault('event.ids', 'estimate.unknown', { found: id })];
          }
          return estimate.state === 'eligible'
            ? []
            : [fault('event.ids', 'estimate.notEligible', { found: estimate.code })];
        });
        if (faults.length > 0) throw badInput(faults);
        const told = ids.map((id) => ({ case: id, event: { type: 'INCLUDE', consolidation: found.id } }));
        return { orders: await freezeOrders(contents, found.tenant, told) };
      },

      async REMOVE({ found, event }) {
        const ids = event['ids'] as string[];
        const members = new Set((await cases.members(found.tenant, found.id)).map(({ id }) => id));
        const strangers = ids.filter((id) => !members.has(id));
        if (strangers.length > 0) {
          throw badInput(strangers.map((id) => fault('event.ids', 'estimate.notMember', { found: id })));
        }
        const told = ids.map((id) => ({ case: id, event: { type: 'RELEASE' } }));
        return { orders: await freezeOrders(contents, found.tenant, told) };
      },

      SETTLE_OVERLAP: settlingOverlap(contents, tables),
      SETTLED: reopeningOverlaps(given, tables),

      async FREEZE({ found, event }) {
        const { rows, groups } = await standingOf(found);
        if (event['table'] !== tableHash(rows, groups)) {
          throw eventRefused('FREEZE', found.state, ['tableChanged']);
        }
        const { table, requested, reviewed } = summed(rows);
        const content: ConsolidationContent = {
          kind: 'consolidation',
          code: found.code,
          round: found.round,
          ordinal: consolidationOf(found).ordinal,
          rows,
          table,
          overlaps: groups.flatMap((group) => (group.settled ? [{ ...group, settled: group.settled }] : [])),
          answers: await answersOf(found),
          ...(typeof event['difficulties'] === 'string' && { difficulties: event['difficulties'] }),
        };
        const own = rows.filter(({ ownMoney }) => ownMoney).length;
        return {
          frozen: {
            hash: await contents.put(found.tenant, content),
            rows: { count: rows.length, city: rows.length - own, own },
            sums: { requested, reviewed },
          },
        } satisfies ConsolidationFacts;
      },
    } satisfies Slice['prepare'],
  };
};

/** The table of the rows with what it comes to, đồng; no rows come to nothing. */
const summed = (rows: Parameters<typeof tableOf>[0]) => {
  const { table, faults } = tableOf(rows);
  return {
    table,
    faults,
    requested: table.total['requested/cong'] ?? 0,
    reviewed: table.total['reviewed/cong'] ?? 0,
  };
};
