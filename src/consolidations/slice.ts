import { workingDaysLate } from '../../workflows/calendar.js';
import {
  newConsolidation,
  type ConsolidationContext,
  type ConsolidationFacts,
} from '../../workflows/consolidation.v1.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { sum } from '../../workflows/money.js';
import { hasErrors, stepFindings } from '../../workflows/rules/index.js';
import { rulesetOn } from '../../workflows/rulesets.js';
import type { Day, Hash, Money, Orders } from '../../workflows/vocabulary.js';
import { badInput, eventRefused, fault, Refusal, rulesBroken, type FieldFault } from '../errors.js';
import { hashOf } from '../engine/journal.js';
import type { Asked, Case, JournalReader, Prepared, Slice } from '../engine/ports.js';
import {
  freezeOrders,
  holdNumber,
  partiesOf,
  type Given,
  type PaperType,
  topOf,
  type Summaries,
} from '../engine/shared.js';
import {
  inOrder,
  overlapsOf,
  tableOf,
  type ConsolidationContent,
  type OverlapDecision,
  type Row,
} from './table.js';

/** Finance's private amounts and criteria, by estimate. */
export interface AppraisalDraft {
  readonly amounts: Readonly<Record<string, Appraised>>;
}
export interface Appraised {
  readonly amount: Money;
  readonly comment?: string;
  readonly criteria: readonly { readonly code: string; readonly result: string; readonly comment?: string }[];
  /** The row it judges; a row that came back changed has lost its amount. */
  readonly summary: Hash;
  readonly by: string;
}

/** What CONCLUDE freezes. */
export interface Appraisal {
  readonly kind: 'appraisal';
  readonly content: Hash;
  readonly rows: readonly (Appraised & {
    readonly case: string;
    readonly code: string;
    readonly proposed: Money;
  })[];
}

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

export const consolidationOf = (found: Case) => found.context as unknown as ConsolidationContext;
const estimateOf = (found: Case) => found.context as unknown as EstimateContext;

/** What a consolidation consists of, before and after it is frozen. */
export type ConsolidationTables = ReturnType<typeof consolidationTables>;

/** Reads the members, the groups they overlap in, and the table they make. */
export const consolidationTables = ({
  directory,
  cases,
  summaries,
  journal,
  contents,
}: Given & { summaries: Summaries; journal: JournalReader }) => {
  /** The members as they stand, with the summaries of their acceptance. */
  const membersOf = async (found: Case): Promise<Row[]> => {
    const members = await cases.members(found.tenant, found.id);
    const known = await summaries.get(
      found.tenant,
      members.map((member) => estimateOf(member).summary ?? ''),
    );
    return inOrder(
      known.map((summary, at) => {
        const { summary: hash, parties } = estimateOf(members[at] as Case);
        return { ...summary, summary: hash ?? '', appraiser: parties.appraiser };
      }),
    );
  };

  /** Settled groups are read from the journal: what it does not hold has not been decided. */
  const decisionsOf = async (found: Case): Promise<Map<string, OverlapDecision>> => {
    const entries = await journal.after(found, 0);
    return new Map(
      entries
        .filter(({ event }) => event.type === 'SETTLE_OVERLAP')
        .map(({ event, actor }) => {
          const { group, decision, reason, facts } = event as unknown as OverlapDecision & {
            facts: { sides: Hash };
          };
          return [group, { group, decision, reason, sides: facts.sides, by: actor.id, agency: actor.agency }];
        }),
    );
  };

  const groupsOf = async (found: Case, rows: readonly Row[]) => {
    const [systems, decisions] = await Promise.all([directory.systems(found.tenant), decisionsOf(found)]);
    return overlapsOf(rows, systems).map((group) => {
      const decision = decisions.get(group.id);
      return { ...group, settled: decision?.sides === sidesHash(group) ? decision : null };
    });
  };

  return {
    membersOf,
    groupsOf,
    /** What stands: the frozen table, or the members of the moment. */
    async of(found: Case) {
      if (found.content) {
        const { rows, table, overlaps } = await contents.get<ConsolidationContent>(
          found.tenant,
          found.content,
        );
        return { rows, table, overlaps };
      }
      const rows = await membersOf(found);
      return { rows, table: tableOf(rows).table, overlaps: await groupsOf(found, rows) };
    },
  };
};

/** What a consolidation adds to the engine. */
export const consolidationSlice = (
  given: Given & { summaries: Summaries; journal: JournalReader },
  { membersOf, groupsOf }: ConsolidationTables = consolidationTables(given),
): Slice => {
  const { contents, drafts, directory, cases, summaries } = given;

  const frozen = (found: Case) =>
    contents.get<ConsolidationContent>(found.tenant, consolidationOf(found).content ?? '');

  const orders = (found: Case, events: Orders['events']) => freezeOrders(contents, found.tenant, events);

  const number = (asked: Asked, agency: string, type: PaperType, nth: number, day: Day = asked.day) =>
    holdNumber(given, { found: asked.found, agency, type, nth, day });

  const letter = (asked: Asked) => {
    const { parties, letters } = consolidationOf(asked.found);
    return number(asked, parties.appraiser, 'CV', letters + 1);
  };

  const pause = ({ found, day }: Asked): Promise<Prepared> => {
    const { supplement, pausedDays } = consolidationOf(found);
    const stood = supplement ? workingDaysLate(supplement.since, day).workingDays : 0;
    return Promise.resolve({ pausedDays: pausedDays + Math.max(0, stood) });
  };

  const issueDay = ({ event, day }: Asked, signed: Day | undefined): Day => {
    const date = event['date'] as Day;
    if (date > day || date < (signed ?? day)) {
      throw badInput([
        { path: 'event.date', code: 'date.outside', params: { found: date, from: signed ?? day, to: day } },
      ]);
    }
    return date;
  };

  const amountsOf = async (found: Case) => {
    const [content, draft] = await Promise.all([
      frozen(found),
      drafts.load<AppraisalDraft>(found, 'appraisal'),
    ]);
    const cityRows = content.rows.filter(({ ownMoney }) => !ownMoney);
    const given = cityRows.flatMap((row) => {
      const appraised = draft?.body.amounts[row.case];
      return appraised?.summary === row.summary ? [{ row, appraised }] : [];
    });
    return { cityRows, given, editors: [...new Set(given.map(({ appraised }) => appraised.by))].sort() };
  };

  /** Freezes a decision and what the rows are told of it. `amounts` null: declined as a whole. */
  const decide = async (
    asked: Asked,
    amounts: ReadonlyMap<string, { amount: Money; reason?: string }> | null,
    paper: { agency: string; type: PaperType },
  ): Promise<Prepared> => {
    const { found, event } = asked;
    const context = consolidationOf(found);
    const [content, appraisal] = await Promise.all([
      frozen(found),
      contents.get<Appraisal>(found.tenant, context.appraisal?.hash ?? ''),
    ]);
    const refusal = typeof event['reason'] === 'string' ? event['reason'] : 'Không chấp thuận';
    const unknown = [...(amounts?.keys() ?? [])].filter(
      (id) => !appraisal.rows.some((row) => row.case === id),
    );
    if (unknown.length > 0)
      throw badInput(unknown.map((id) => fault('event.amounts', 'row.unknown', { found: id })));

    const rows = appraisal.rows.map((row) => {
      const adjusted = amounts?.get(row.case);
      const approved = amounts === null ? 0 : (adjusted?.amount ?? row.amount);
      const reason = amounts === null ? refusal : (adjusted?.reason ?? (adjusted ? refusal : null));
      return { case: row.case, code: row.code, appraised: row.amount, approved, reason };
    });
    const findings = stepFindings(
      {
        amounts: rows.map((row) => ({
          path: `estimates/${row.case}`,
          subject: row.code,
          appraised: row.appraised,
          approved: row.approved,
        })),
      },
      'decision',
    );
    if (hasErrors(findings)) throw rulesBroken(findings);

    const decision: Decision = { kind: 'decision', content: found.content ?? '', rows };
    const told = rows.map((row) => ({
      case: row.case,
      event:
        row.approved > 0
          ? { type: 'APPROVE', amount: row.approved }
          : { type: 'DECLINE', reason: row.reason ?? refusal },
    }));
    const noted = content.rows
      .filter(({ ownMoney }) => ownMoney)
      .map((row) => ({ case: row.case, event: { type: 'NOTED' } }));
    return {
      decision: {
        hash: await contents.put(found.tenant, decision),
        approved: sum(rows.map((row) => row.approved)),
      },
      orders: await orders(found, [...told, ...noted]),
      number: await number(asked, paper.agency, paper.type, 1),
    } satisfies ConsolidationFacts;
  };

  const authority = (asked: Asked) => ({
    agency: consolidationOf(asked.found).parties.authority,
    type: 'QĐ' as const,
  });

  return {
    kind: 'consolidation',

    async born({ person, input, id: startedBy, day }) {
      const { round: asked } = input as { round?: string };
      const { tenant } = person;
      const round = asked ? await directory.round(tenant, asked) : await directory.newestRound(tenant);
      if (!round) throw badInput([fault('round', 'round.unknown', { found: asked ?? null })]);
      const agencies = await directory.agencies(tenant);
      const owner = agencies.find(({ ref }) => ref === person.agency);
      if (owner?.part !== 'scienceAndTechnology') {
        throw new Refusal('NOT_PERMITTED', { event: 'START', permits: ['officer@owner'] });
      }
      const earlier = await cases.inRound(tenant, 'consolidation', round.id);
      const mine = earlier.find((found) => consolidationOf(found).startedBy === startedBy);
      const others = earlier.filter((found) => found !== mine);
      if (!mine && others.some(isGathering)) throw eventRefused('START', null, ['anotherIsOpen']);
      const ordinal = mine ? consolidationOf(mine).ordinal : others.length + 1;
      const code = `TH-${round.fiscalYear}-${String(ordinal).padStart(2, '0')}`;
      return {
        id: hashOf({ tenant, round: round.id, kind: 'consolidation', ordinal }).slice(0, 20),
        code,
        round: round.id,
        owner: owner.ref,
        ruleset: rulesetOn(day).id,
        context: newConsolidation({
          code,
          round: round.id,
          owner: owner.ref,
          hasUnits: owner.hasUnits,
          parties: partiesOf(agencies, owner.ref, round),
          ordinal,
          startedBy,
        }) as unknown as Case['context'],
      };
    },

    async facts({ found, event }): Promise<Record<string, unknown> & ConsolidationFacts> {
      const asks = (type: string) => event === undefined || event === type;
      const facts: ConsolidationFacts = {};
      if (found.state === 'gathering' && asks('FREEZE')) {
        const rows = await membersOf(found);
        const groups = await groupsOf(found, rows);
        const { table, faults } = tableOf(rows);
        const summed = await summaries.sums(
          found.tenant,
          rows.map(({ summary }) => summary),
        );
        const agree =
          summed.requested === (table.total['requested/cong'] ?? 0) &&
          summed.reviewed === (table.total['reviewed/cong'] ?? 0);
        return {
          overlaps: { open: groups.filter(({ settled }) => !settled).length },
          disagreements: {
            count: rows.filter(({ policeVerdict }) => policeVerdict === 'KHONG_THONG_NHAT').length,
          },
          crossFoot: { faults: faults.length + (agree ? 0 : 1) },
        };
      }
      if (topOf(found) === 'appraising' && asks('CONCLUDE')) {
        const { cityRows, given: done, editors } = await amountsOf(found);
        return { appraisalDraft: { missing: cityRows.length - done.length, editors } };
      }
      return { ...facts };
    },

    prepare: {
      async ADD({ found, event }) {
        const ids = event['ids'] as string[];
        const asked = await cases.loadMany(found.tenant, ids);
        const faults = ids.flatMap((id): FieldFault[] => {
          const estimate = asked.find((candidate) => candidate.id === id);
          if (estimate?.kind !== 'estimate' || estimate.round !== found.round) {
            return [fault('event.ids', 'estimate.unknown', { found: id })];
          }
          return estimate.state === 'eligible'
            ? []
            : [fault('event.ids', 'estimate.notEligible', { found: estimate.code })];
        });
        if (faults.length > 0) throw badInput(faults);
        const event_ = { type: 'INCLUDE', consolidation: found.id };
        return {
          orders: await orders(
            found,
            ids.map((id) => ({ case: id, event: event_ })),
          ),
        };
      },

      async REMOVE({ found, event }) {
        const ids = event['ids'] as string[];
        const members = new Set((await cases.members(found.tenant, found.id)).map(({ id }) => id));
        const strangers = ids.filter((id) => !members.has(id));
        if (strangers.length > 0) {
          throw badInput(strangers.map((id) => fault('event.ids', 'estimate.notMember', { found: id })));
        }
        return {
          orders: await orders(
            found,
            ids.map((id) => ({ case: id, event: { type: 'RELEASE' } })),
          ),
        };
      },

      async SETTLE_OVERLAP({ found, event, actor }) {
        const groups = await groupsOf(found, await membersOf(found));
        const group = groups.find(({ id }) => id === event['group']);
        if (!group) throw badInput([fault('event.group', 'group.unknown', { found: event['group'] })]);
        if (group.sides.some(({ agency }) => agency.id === actor.agency)) {
          throw eventRefused('SETTLE_OVERLAP', found.state, ['ownsASide']);
        }
        // Where S&T owns no side it settles itself; where it does, the appraiser's officer does.
        const { owner } = found;
        const theirs = group.sides.some(({ agency }) => agency.id === owner);
        if (!theirs && actor.agency !== owner)
          throw eventRefused('SETTLE_OVERLAP', found.state, ['ownerSettles']);
        const { appraiser } = consolidationOf(found).parties;
        const appraisers = group.sides.some(({ agency }) => agency.id === appraiser);
        if (theirs && !appraisers && actor.agency !== appraiser)
          throw eventRefused('SETTLE_OVERLAP', found.state, ['appraiserSettles']);
        return { sides: sidesHash(group) };
      },

      async FREEZE({ found }) {
        const context = consolidationOf(found);
        const rows = await membersOf(found);
        const groups = await groupsOf(found, rows);
        const { table } = tableOf(rows);
        const content: ConsolidationContent = {
          kind: 'consolidation',
          code: found.code,
          round: found.round,
          ordinal: context.ordinal,
          rows,
          table,
          overlaps: groups.flatMap((group) => (group.settled ? [{ ...group, settled: group.settled }] : [])),
          answers: await answersOf(found),
        };
        const own = rows.filter(({ ownMoney }) => ownMoney).length;
        return {
          frozen: {
            hash: await contents.put(found.tenant, content),
            rows: { count: rows.length, city: rows.length - own, own },
            sums: {
              requested: table.total['requested/cong'] ?? 0,
              reviewed: table.total['reviewed/cong'] ?? 0,
            },
          },
        } satisfies ConsolidationFacts;
      },

      async RECEIVE({ found }) {
        const { rows } = await frozen(found);
        const city = rows.filter(({ ownMoney }) => !ownMoney);
        return {
          orders: await orders(
            found,
            city.map((row) => ({ case: row.case, event: { type: 'FORWARD' } })),
          ),
        };
      },

      async REQUEST_SUPPLEMENT(asked) {
        const due = asked.event['due'] as Day;
        if (due < asked.day)
          throw badInput([fault('event.due', 'date.outside', { found: due, from: asked.day, to: null })]);
        return { number: await letter(asked) };
      },
      SUPPLY: pause,
      TAKE_BACK_SUPPLEMENT: pause,

      async CONCLUDE({ found }) {
        const { given: done, editors } = await amountsOf(found);
        const appraisal: Appraisal = {
          kind: 'appraisal',
          content: found.content ?? '',
          rows: done.map(({ row, appraised }) => ({
            ...appraised,
            case: row.case,
            code: row.code,
            proposed: row.reviewed.grandTotal,
          })),
        };
        return {
          appraisal: {
            hash: await contents.put(found.tenant, appraisal),
            appraised: sum(appraisal.rows.map(({ amount }) => amount)),
            editors,
          },
        } satisfies ConsolidationFacts;
      },

      async RETURN(asked) {
        const { found, event } = asked;
        const { rows } = await frozen(found);
        const named = new Set(event['estimates'] as string[]);
        const strangers = [...named].filter((id) => !rows.some((row) => row.case === id));
        if (strangers.length > 0) {
          throw badInput(strangers.map((id) => fault('event.estimates', 'row.unknown', { found: id })));
        }
        const told = rows.flatMap((row) => {
          if (named.has(row.case))
            return [{ case: row.case, event: { type: 'SENT_BACK', reason: event['reason'] } }];
          // Communes' own money never left `consolidated`.
          return row.ownMoney ? [] : [{ case: row.case, event: { type: 'HELD_BACK' } }];
        });
        return { ...(await pause(asked)), orders: await orders(found, told), number: await letter(asked) };
      },

      async ISSUE(asked) {
        const { found } = asked;
        const context = consolidationOf(found);
        if (topOf(found) === 'preparing') {
          const day = issueDay(asked, context.preparation.signer?.day);
          return { number: await number(asked, found.owner, 'BC', context.revision + 1, day) };
        }
        const day = issueDay(asked, context.financeSigner?.day);
        const appraisal = await contents.get<Appraisal>(found.tenant, context.appraisal?.hash ?? '');
        const nth = context.reports + 1;
        return {
          number: await number(asked, context.parties.appraiser, 'BC', nth, day),
          proposalNumber: await number(asked, context.parties.appraiser, 'TTr', nth, day),
          orders: await orders(
            found,
            appraisal.rows.map((row) => ({
              case: row.case,
              event: { type: 'APPRAISED', amount: row.amount },
            })),
          ),
        } satisfies ConsolidationFacts;
      },

      APPROVE: (asked) => decide(asked, new Map(), authority(asked)),
      APPROVE_ADJUSTED: (asked) => decide(asked, adjustmentsOf(asked), authority(asked)),
      DECLINE: (asked) => decide(asked, null, authority(asked)),
      RESOLVE: (asked) =>
        decide(asked, asked.event['verdict'] === 'decline' ? null : adjustmentsOf(asked), {
          agency: consolidationOf(asked.found).parties.council,
          type: 'NQ',
        }),
    },

    edits: {
      setAppraisal: {
        part: 'appraisal',
        empty: () => Promise.resolve({ amounts: {} } satisfies AppraisalDraft),
        /** The substitute does not read Finance's amounts before they are issued, nor Finance the substitute's. */
        async shown({ found, body, person }) {
          const { rows } = await frozen(found);
          const own = new Set(rows.filter((row) => row.appraiser === person.agency).map((row) => row.case));
          const amounts = Object.entries((body as AppraisalDraft).amounts).filter(([id]) => own.has(id));
          return { amounts: Object.fromEntries(amounts) } satisfies AppraisalDraft;
        },
        async apply({ found, body, input, person }) {
          const { estimateId, ...given } = input as Omit<Appraised, 'summary' | 'by'> & {
            estimateId: string;
          };
          const { rows } = await frozen(found);
          const row = rows.find((candidate) => candidate.case === estimateId);
          if (!row || row.ownMoney) throw new Refusal('NOT_FOUND', { estimate: estimateId });
          // Nobody appraises their own agency's row: there the substitute does.
          if (row.appraiser !== person.agency) {
            throw new Refusal('NOT_PERMITTED', {
              event: 'EDIT_APPRAISAL',
              permits: [],
              agency: row.appraiser,
            });
          }
          const proposed = row.reviewed.grandTotal;
          if (given.amount > proposed) {
            throw badInput([
              fault('amount', 'number.max', { found: given.amount, limit: proposed, rule: 'R23' }),
            ]);
          }
          if (given.amount < proposed && !given.comment) {
            throw badInput([fault('comment', 'any.required', { found: null })]);
          }
          const amounts = { ...(body as AppraisalDraft).amounts };
          amounts[estimateId] = { ...given, summary: row.summary, by: person.id };
          return { amounts } satisfies AppraisalDraft;
        },
      },
    },
  };

  /** How the agencies that owe an estimate have answered so far. */
  async function answersOf(found: Case): Promise<ConsolidationContent['answers']> {
    const [agencies, estimates] = await Promise.all([
      directory.agencies(found.tenant),
      cases.inRound(found.tenant, 'estimate', found.round),
    ]);
    const issued = estimates.filter((estimate) => estimateOf(estimate).revision > 0);
    const late = new Set(
      issued.filter((estimate) => estimateOf(estimate).late !== null).map(({ owner }) => owner),
    );
    const sent = new Set(issued.map(({ owner }) => owner));
    const nil = estimates.filter((estimate) => estimateOf(estimate).nilSigned !== null).length;
    return {
      agencies: agencies.filter(({ submits }) => submits).length,
      onTime: [...sent].filter((owner) => !late.has(owner)).length,
      late: late.size,
      nil,
    };
  }
};

const sidesHash = ({ sides }: { sides: readonly { case: string; lineId: string; amount: Money }[] }): Hash =>
  hashOf(sides.map(({ case: of, lineId, amount }) => ({ of, lineId, amount })));

const adjustmentsOf = ({ event }: Asked) => {
  const amounts = (event['amounts'] ?? []) as { estimate: string; amount: Money; reason?: string }[];
  return new Map(amounts.map(({ estimate, ...adjusted }) => [estimate, adjusted]));
};

/** A consolidation keeps its round to itself until it was sent to Finance. */
const isGathering = (found: Case) => ['gathering', 'frozen', 'preparing'].includes(topOf(found));
