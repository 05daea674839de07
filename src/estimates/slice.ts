import { workingDaysLate } from '../../workflows/calendar.js';
import type {
  EstimateContent,
  EstimateInput,
  EstimateSummary,
  LineVerdict,
  Totals,
} from '../../workflows/content.js';
import { newEstimate, type EstimateContext, type EstimateFacts } from '../../workflows/estimate.v1.js';
import { contentFindings, hasErrors, stepFindings } from '../../workflows/rules/index.js';
import type { Finding } from '../../workflows/rules/shapes.js';
import { rulesetOn } from '../../workflows/rulesets.js';
import { isOwnMoney, summaryOf } from '../../workflows/summary.js';
import { computeLine, reviewedEstimate, totalsOf } from '../../workflows/totals.js';
import type { Day, Hash, Money, Parties, Party } from '../../workflows/vocabulary.js';
import { badInput, eventRefused, Refusal, rulesBroken } from '../errors.js';
import type { Asked, Case, Prepared, Slice } from '../engine/ports.js';
import { holdNumber, partiesOf, type Given, topOf, type Summaries } from '../engine/shared.js';
import {
  estimateEdits,
  securityHashOf,
  standingVerdicts,
  type EstimateDraft,
  type ReviewDraft,
} from './draft.js';
import { draftFindings } from './findings.js';

/** What the reviewer concluded on an estimate, frozen: who judged which line how, and what remains, đồng. */
export interface Review {
  readonly kind: 'review';
  readonly content: Hash;
  readonly verdicts: readonly LineVerdict[];
  readonly lines: EstimateContent['lines'];
  readonly totals: Totals;
}

/** The estimate's context behind the engine's common one. */
export const estimateOf = (found: Case) => found.context as unknown as EstimateContext;

const policeVerdicts = {
  agree: 'THONG_NHAT',
  agreeWithConditions: 'CO_DIEU_KIEN',
  disagree: 'KHONG_THONG_NHAT',
} as const;

/** The Police's opinion as forms and rules name it; `CHUA_CO` also where an older one does not cover the lines. */
export const policeVerdictOf = ({
  opinion,
  securityHash,
}: EstimateContext): EstimateSummary['policeVerdict'] =>
  opinion && opinion.covers === securityHash ? policeVerdicts[opinion.verdict] : 'CHUA_CO';

/** What an estimate adds to the engine. */
export const estimateSlice = (given: Given & { summaries: Summaries }): Slice => {
  const { contents, drafts, directory, cases, ruleset, summaries } = given;
  const frozen = (found: Case) =>
    contents.get<EstimateContent>(found.tenant, estimateOf(found).content ?? '');
  const number = (asked: Asked, type: 'TTr' | 'CV', nth: number, day: Day) =>
    holdNumber(given, {
      found: asked.found,
      agency: type === 'TTr' ? asked.found.owner : estimateOf(asked.found).parties.reviewer,
      type,
      nth,
      day,
    });

  const findingsOfDraft = async (found: Case, draft: EstimateDraft): Promise<Finding[]> => {
    const others = await cases.ofAgency(found.tenant, found.owner, found.id);
    const ownAgency = await Promise.all(
      others
        .filter(({ content }) => content !== null)
        .map((other) => contents.get<EstimateContent>(found.tenant, other.content ?? '')),
    );
    return draftFindings(draft, {
      ruleset: ruleset(found.ruleset),
      systems: await directory.systems(found.tenant),
      code: found.code,
      neighbours: { ownAgency },
    });
  };

  const letter = async (asked: Asked): Promise<Prepared> => ({
    number: await number(asked, 'CV', estimateOf(asked.found).letters + 1, asked.day),
  });

  const pause = ({ found, day }: Asked): Promise<Prepared> => {
    const { supplement, pausedDays } = estimateOf(found);
    const stood = supplement ? workingDaysLate(supplement.since, day).workingDays : 0;
    return Promise.resolve({ pausedDays: pausedDays + Math.max(0, stood) });
  };

  const atMost =
    (limit: (context: EstimateContext, event: Asked['event']) => Money | null, reason: string) =>
    ({ found, event }: Asked): Promise<Prepared> => {
      const most = limit(estimateOf(found), event);
      if (most !== null && Number(event['amount']) > most)
        throw eventRefused(event.type, found.state, [reason]);
      return Promise.resolve({});
    };

  return {
    kind: 'estimate',
    edits: estimateEdits(given),

    async born({ person, input, id, day }) {
      const { round: asked } = input as { round?: string };
      const round = asked
        ? await directory.round(person.tenant, asked)
        : await directory.newestRound(person.tenant);
      if (!round)
        throw badInput([{ path: 'round', code: 'round.unknown', params: { found: asked ?? null } }]);
      const agencies = await directory.agencies(person.tenant);
      const owner = agencies.find(({ ref }) => ref === person.agency);
      if (!owner?.submits) throw new Refusal('NOT_PERMITTED', { event: 'START', permits: ['officer@owner'] });
      const ordinal = await given.registers.hold({
        tenant: person.tenant,
        agency: 'city',
        type: 'DT',
        year: round.fiscalYear,
        key: id,
      });
      const code = `DT-${round.fiscalYear}-${String(ordinal).padStart(3, '0')}`;
      return {
        code,
        round: round.id,
        owner: owner.ref,
        ruleset: rulesetOn(day).id,
        context: newEstimate({
          code,
          round: round.id,
          owner: owner.ref,
          hasUnits: owner.hasUnits,
          parties: partiesOf(agencies, owner.ref, round),
        }) as unknown as Case['context'],
      };
    },

    async facts({ found, event }): Promise<Record<string, unknown> & EstimateFacts> {
      const where = topOf(found);
      const asks = (type: string) => event === undefined || event === type;
      if (where === 'preparing' && asks('SEND_UP')) {
        const draft = await drafts.load<EstimateDraft>(found, 'content');
        const findings = draft ? await findingsOfDraft(found, draft.body) : [];
        // Whoever sends it up is told what is wrong, not only that something is.
        if (event === 'SEND_UP' && isDraft(found) && hasErrors(findings)) throw rulesBroken(findings);
        return {
          draft: {
            rows: draft?.body.lines.length ?? 0,
            errors: findings.filter(({ level }) => level === 'error').length,
            editors: draft?.editors ?? [],
          },
        };
      }
      if (where === 'reviewing' && (asks('CONCLUDE_LINES') || asks('ACCEPT'))) {
        const [content, review] = await Promise.all([
          frozen(found),
          drafts.load<ReviewDraft>(found, 'review'),
        ]);
        const findings = contentFindings(content, 'acceptance', {
          ruleset: ruleset(found.ruleset),
          systems: await directory.systems(found.tenant),
          policeVerdict: policeVerdictOf(estimateOf(found)),
        });
        return {
          review: { missing: content.lines.length - standingVerdicts(content, review?.body).length },
          acceptance: { errors: findings.filter(({ level }) => level === 'error').length },
        };
      }
      return {};
    },

    prepare: {
      async SEND_UP({ found, event }) {
        const draft = await drafts.load<EstimateDraft>(found, 'content');
        if (!draft || draft.rev !== event['rev']) throw new Refusal('STALE_DRAFT', { rev: draft?.rev ?? 0 });
        const findings = await findingsOfDraft(found, draft.body);
        if (hasErrors(findings)) throw rulesBroken(findings);

        const agency = await directory.agency(found.tenant, found.owner);
        const input = { ...draft.body.header, lines: draft.body.lines } as EstimateInput;
        const lines = input.lines.map(computeLine);
        const content: EstimateContent = {
          ...input,
          kind: 'estimate',
          code: found.code,
          agency: { id: found.owner, name: agency?.issuer ?? found.owner, kind: agency?.kind ?? 'KHAC' },
          ruleset: found.ruleset,
          lines,
          totals: totalsOf({ ...input, lines }),
        };
        const securityHash = securityHashOf(lines);
        return {
          frozen: {
            hash: await contents.put(found.tenant, content),
            requested: content.totals.grandTotal,
            ownMoney: isOwnMoney(lines),
            systemConcerned: securityHash !== null,
            securityHash,
          },
        } satisfies EstimateFacts;
      },

      SIGN: ({ found, event }) => {
        if (topOf(found) === 'preparing' && event['hash'] === undefined) {
          throw badInput([{ path: 'event.hash', code: 'any.required', params: {} }]);
        }
        return Promise.resolve({});
      },

      async ISSUE(asked) {
        const { found, event, day } = asked;
        const date = event['date'] as Day;
        const { revision, preparation, returned, late: known } = estimateOf(found);
        if (date > day || date < (preparation.signer?.day ?? day)) {
          throw badInput([
            {
              path: 'event.date',
              code: 'date.outside',
              params: { found: date, from: preparation.signer?.day ?? day, to: day },
            },
          ]);
        }
        const round = await directory.round(found.tenant, found.round);
        const commune = !estimateOf(found).hasUnits;
        const due = round?.deadlines[commune ? 'commune' : 'department'] ?? day;
        // Whoever was sent back was on time, or late, the first time.
        const late = returned ? known : day > due ? workingDaysLate(due, day) : null;
        return { number: await number(asked, 'TTr', revision + 1, date), late } satisfies EstimateFacts;
      },

      async REGISTER({ found, event }) {
        const { parties, owner } = estimateOf(found);
        const named = (event['substitutes'] ?? {}) as Partial<Record<Party, string>>;
        const judges = ['reviewer', 'appraiser', 'security', 'authority'] as const;
        const faults = [];
        const next: Parties = { ...parties };
        for (const party of judges) {
          const substitute = named[party];
          if (parties[party] === owner && substitute === undefined) {
            const round = await directory.round(found.tenant, found.round);
            const expected = round?.substitutes[party] ?? '';
            faults.push({
              path: `event.substitutes.${party}`,
              code: 'substitute.required',
              params: { party, expected },
            });
          }
          if (substitute === undefined) continue;
          const known = await directory.agency(found.tenant, substitute);
          if (parties[party] !== owner || substitute === owner || !known) {
            faults.push({
              path: `event.substitutes.${party}`,
              code: 'substitute.wrong',
              params: { party, found: substitute },
            });
          }
          next[party] = substitute;
        }
        if (faults.length > 0) throw badInput(faults);
        return { parties: next } satisfies EstimateFacts;
      },

      async CONCLUDE_LINES({ found }) {
        const [content, review] = await Promise.all([
          frozen(found),
          drafts.load<ReviewDraft>(found, 'review'),
        ]);
        const verdicts = standingVerdicts(content, review?.body);
        const reviewed = reviewedEstimate(content, verdicts);
        const findings = stepFindings(
          {
            amounts: reviewed.lines.map((line) => ({
              path: `lines/${line.id}`,
              subject: line.name,
              requested: content.lines.find(({ id }) => id === line.id)?.amountAfterVat ?? 0,
              reviewed: line.amountAfterVat,
              increaseReason: verdicts.find(({ lineId }) => lineId === line.id)?.increaseReason ?? '',
            })),
            persons: {
              preparers: estimateOf(found).preparation.preparers,
              reviewers: verdicts.map(({ by }) => by),
            },
          },
          'acceptance',
        );
        if (hasErrors(findings)) throw rulesBroken(findings);
        const frozenReview: Review = {
          kind: 'review',
          content: found.content ?? '',
          verdicts,
          lines: reviewed.lines,
          totals: reviewed.totals,
        };
        return {
          conclusion: {
            hash: await contents.put(found.tenant, frozenReview),
            returned: verdicts.filter(({ verdict }) => verdict === 'return').map(({ lineId }) => lineId),
            reviewed: reviewed.totals.grandTotal,
          },
        } satisfies EstimateFacts;
      },

      async RETURN(asked) {
        const { lines } = await frozen(asked.found);
        const wrong = (asked.event['lines'] as string[]).filter(
          (id) => !lines.some((line) => line.id === id),
        );
        if (wrong.length > 0) {
          throw badInput(
            wrong.map((id) => ({ path: 'event.lines', code: 'line.unknown', params: { found: id } })),
          );
        }
        return letter(asked);
      },

      REQUEST_SUPPLEMENT(asked) {
        const due = asked.event['due'] as Day;
        if (due < asked.day) {
          throw badInput([
            { path: 'event.due', code: 'date.outside', params: { found: due, from: asked.day, to: null } },
          ]);
        }
        return letter(asked);
      },
      SUPPLY: pause,
      TAKE_BACK_SUPPLEMENT: pause,

      async ACCEPT({ found }) {
        const context = estimateOf(found);
        const [content, agency, review] = await Promise.all([
          frozen(found),
          directory.agency(found.tenant, found.owner),
          contents.get<Review>(found.tenant, context.conclusion?.hash ?? ''),
        ]);
        const issued = context.issued;
        const summary = summaryOf({
          case: found.id,
          content,
          contentHash: found.content ?? '',
          order: agency?.order ?? 0,
          verdicts: review.verdicts,
          policeVerdict: context.systemConcerned ? policeVerdictOf(context) : 'CHUA_CO',
          incoming: {
            number: issued ? `${String(issued.number).padStart(2, '0')}/${issued.symbol}` : '',
            day: issued?.day ?? '',
          },
        });
        return { summary: await summaries.put(found.tenant, summary) } satisfies EstimateFacts;
      },

      APPRAISED: atMost(({ reviewed }) => reviewed, 'amountAboveReviewed'),
      APPROVE: atMost(({ appraised }) => appraised, 'amountAboveAppraised'),
      OWN_DECISION: atMost(({ requested }) => requested, 'amountAboveRequested'),
      ALLOCATED: atMost(({ approved, allocations }, { lineage, ordinal }) => {
        // What came late, after a newer word of its lineage, changes nothing.
        if ((allocations[lineage as string]?.ordinal ?? 0) > Number(ordinal)) return null;
        const others = Object.entries(allocations).filter(([key]) => key !== lineage);
        return (approved ?? 0) - others.reduce((total, [, { amount }]) => total + amount, 0);
      }, 'amountAboveApproved'),
    },
  };
};

const isDraft = ({ state }: Case) => typeof state === 'object' && state['preparing'] === 'draft';
