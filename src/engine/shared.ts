import type { EstimateSummary } from '../../workflows/content.js';
import type { RoundDates } from '../../workflows/deadlines.js';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import type { Ruleset } from '../../workflows/rulesets.js';
import type {
  AgencyKind,
  Day,
  Hash,
  Instant,
  Kind,
  Money,
  Orders,
  Parties,
} from '../../workflows/vocabulary.js';
import type { Attachments } from './attachments.js';
import type { NumberRefused } from './numberOrder.js';
import type { Case, ContentStore, DraftStore } from './ports.js';

/** A room of an agency: the first one prepares its papers where nobody says which. */
export interface Unit {
  /** As in `Lưu: VT, CĐS`. */
  readonly symbol: string;
  readonly name: string;
}

/** An agency, as far as workflows and papers need it. */
export interface Agency {
  readonly ref: string;
  readonly name: string;
  readonly issuer: string;
  readonly kind: AgencyKind;
  readonly order: number;
  /** Whether a unit head stands between officer and leader. */
  readonly hasUnits: boolean;
  readonly units: readonly Unit[];
  readonly submits: boolean;
  /** It numbers its papers in a system of its own: the clerk types the number. */
  readonly numbersTyped?: boolean;
  readonly part?: string;
}

/** A call for submissions, as far as workflows need it. */
export interface Round {
  readonly id: string;
  readonly name: string;
  readonly fiscalYear: number;
  readonly opens: Day;
  readonly deadlines: RoundDates;
  readonly envelopes: Readonly<Record<string, Readonly<Record<string, Money>>>>;
  readonly substitutes: Readonly<Record<'reviewer' | 'appraiser' | 'security' | 'authority', string>>;
}

/** Who and what a city has. */
export interface Directory {
  agency(tenant: string, ref: string): Promise<Agency | null>;
  agencies(tenant: string): Promise<readonly Agency[]>;
  round(tenant: string, id: string): Promise<Round | null>;
  /** Of the rounds that are open on a day, the one that opened last. */
  newestRound(tenant: string, day: Day): Promise<Round | null>;
  systems(tenant: string): Promise<readonly InformationSystem[]>;
}

/** Who asks a register for a number: one book per agency, type of paper and year. */
export interface RegisterKey {
  readonly tenant: string;
  readonly agency: string;
  readonly type: string;
  readonly year: number;
  readonly key: string;
}

/** Numbers, held before they are used. */
export interface Registers {
  /** The number that `key` holds, or the next one, held from now on. Harmless when repeated. */
  hold(asked: RegisterKey): Promise<number>;
  /**
   * The number that `key` holds on a day, for a paper of that day: in the order of days, and the typed one where
   * `number` is given. Harmless when repeated; what `key` held before and may not have any more is voided.
   */
  holdDated(
    asked: RegisterKey & { day: Day; number?: number },
  ): Promise<{ readonly number: number } | NumberRefused>;
}

/** What an allocation of a lineage holds of each cell, đồng. */
export interface Claimed {
  readonly lineage: string;
  readonly cells: Readonly<Record<string, Money>>;
}

/**
 * Money, held before it is promised, for the step `seq` of a case. Cells are `<source>/<year>` → đồng; cells named by
 * an estimate's code, or by `<code>:<source>`, hold what all lineages give it within `ceilings`.
 */
export interface Ledgers {
  /** What is held or confirmed of a round's money; null where the round has no ledger. */
  load(of: { tenant: string; round: string }): Promise<{ readonly claims: readonly Claimed[] } | null>;
  hold(asked: {
    tenant: string;
    round: string;
    lineage: string;
    ordinal: number;
    seq: number;
    cells: Readonly<Record<string, Money>>;
    ceilings?: Readonly<Record<string, Money>>;
  }): Promise<
    | { ok: true }
    | { ok: false; cell: string; available: Money; asked: Money }
    /** Another ordinal of the lineage is being approved, or a newer one was. */
    | { ok: false; other: number }
  >;
}

/** Which case may gather in a round, for which of its steps. */
export interface Turn {
  readonly case: string;
  readonly code: string;
  readonly seq: number;
}
export interface Turns {
  load(of: { tenant: string; round: string }): Promise<Turn | null>;
  /** Takes the turn from who was seen to have it, null: nobody. @returns whether it was still so */
  take(asked: Turn & { tenant: string; round: string }, from: Turn | null): Promise<boolean>;
}

/** Summaries of accepted estimates, by hash. */
export interface Summaries {
  put(tenant: string, summary: EstimateSummary): Promise<Hash>;
  /** In the order of the hashes. */
  get(tenant: string, hashes: readonly Hash[]): Promise<EstimateSummary[]>;
  /** What the database adds up: requested and reviewed, đồng. */
  sums(tenant: string, hashes: readonly Hash[]): Promise<{ requested: Money; reviewed: Money }>;
}

/** Cases by what they are about, for what one kind must know of another. */
export interface CaseQueries {
  load(ref: { tenant: string; id: string }): Promise<Case | null>;
  loadMany(tenant: string, ids: readonly string[]): Promise<Case[]>;
  /** Estimates that are members of a consolidation. */
  members(tenant: string, consolidation: string): Promise<Case[]>;
  /** Cases of one kind in a round. */
  inRound(tenant: string, kind: Case['kind'], round: string): Promise<Case[]>;
  /** Open estimates of an agency, this one left out. */
  ofAgency(tenant: string, agency: string, except: string): Promise<Case[]>;
}

/** What every slice is given. */
export interface Given {
  readonly contents: ContentStore;
  readonly drafts: DraftStore;
  readonly directory: Directory;
  readonly registers: Registers;
  readonly cases: CaseQueries;
  readonly attachments: Pick<Attachments, 'find'>;
  readonly ruleset: (id: string) => Ruleset;
}

/** Freezes what other cases are to be told, so that a repeat tells the same. */
export const freezeOrders = async (
  contents: ContentStore,
  tenant: string,
  events: Orders['events'],
): Promise<{ hash: Hash; count: number }> => {
  const orders: Orders = { kind: 'orders', events };
  return { hash: await contents.put(tenant, orders), count: events.length };
};

/** A case in a list: what the inbox and the progress pages show of it, without its content. */
export interface Progress {
  readonly tenant: string;
  readonly case: string;
  readonly code: string;
  readonly kind: Kind;
  readonly title: string;
  readonly owner: string;
  readonly round: string;
  /** Dotted path of where it stands, e.g. `reviewing` or `preparing.draft`. */
  readonly state: string;
  readonly status: 'active' | 'done';
  readonly since: Instant;
  readonly due: Day | null;
  /** Whether that day stands whatever days off are still announced. */
  readonly dueSure: boolean;
  readonly amount: Money | null;
  /** Who can move it on, e.g. `officer@SYT`: role @ agency. */
  readonly waitsFor: readonly string[];
  /** All agencies with a part in it. */
  readonly agencies: readonly string[];
  readonly seq: number;
}

/** Which agency takes which part in the cases of an owner. */
export const partiesOf = (agencies: readonly Agency[], owner: string, round: Round): Parties => {
  const of = (part: string) => agencies.find((agency) => agency.part === part)?.ref ?? '';
  return {
    owner,
    reviewer: of('scienceAndTechnology'),
    appraiser: of('finance'),
    security: of('police'),
    authority: of('authority'),
    council: of('council'),
    cityOffice: of('cityOffice'),
    substitute: round.substitutes.appraiser,
  };
};

const inHand = new Set(['drafting', 'frozen', 'gathering', 'preparing']);

/** The owner is preparing a paper anew, or for the first time: what it will say is the owner's until this is issued. */
export const isWithOwner = (found: Pick<Case, 'state'>): boolean => inHand.has(topOf(found));

/** The outermost state of a case. */
export const topOf = ({ state }: Pick<Case, 'state'>): string =>
  typeof state === 'string' ? state : (Object.keys(state)[0] ?? '');
