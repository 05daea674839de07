/** Whole đồng: an integer up to 9.0e15, never a fraction. Units such as triệu đồng exist only at display. */
export type Money = number;

/** A calendar day in Asia/Ho_Chi_Minh, `YYYY-MM-DD`. */
export type Day = string;

/** A moment in time, ISO 8601 in UTC. */
export type Instant = string;

/** SHA-256 over canonical bytes, 64 hexadecimal digits. */
export type Hash = string;

/** Which machine a case runs on. */
export const kinds = ['estimate', 'consolidation', 'allocation'] as const;
export type Kind = (typeof kinds)[number];

export const agencyKinds = [
  'HDND',
  'UBND',
  'SO_BAN_NGANH',
  'CONG_AN',
  'QUAN_SU',
  'XA_PHUONG',
  'KHAC',
] as const;
export type AgencyKind = (typeof agencyKinds)[number];

/** Bodies that decide together: what their head signs is the body's (TM.), not the head's own. */
export const collectiveKinds: ReadonlySet<AgencyKind> = new Set(['HDND', 'UBND', 'XA_PHUONG']);

/** What a person is in an agency. */
export const roles = ['officer', 'unitHead', 'deputy', 'leader', 'clerk'] as const;
export type Role = (typeof roles)[number];

/** An agency in its part of a case; `substitute` stands in where another part would judge its own paper (R27). */
export const parties = [
  'owner',
  'reviewer',
  'appraiser',
  'security',
  'authority',
  'council',
  'cityOffice',
  'substitute',
] as const;
export type Party = (typeof parties)[number];

/** Who may: a role at a party. `system` comes from other cases, the sweep or the relay, never from outside. */
export type Permit = `${Role}@${Party}` | 'system';

/** The two halves of a permit of a person. */
export const roleOf = (permit: Permit) => permit.split('@')[0] as Role;
export const partyOf = (permit: Permit) => permit.split('@')[1] as Party;

/** Which agency stands in which part of a case, by agency reference (symbol or commune code). */
export type Parties = Record<Party, string>;

/** In what capacity somebody signs for another: KT. (deputy), TL. (by order), TUQ. (by delegation). */
export type Capacity = 'KT' | 'TL' | 'TUQ';

/** Who sends an event, as the server established it. `actingFor` names both persons (decree 30/2020, Art. 13). */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly agency: string;
  readonly roles: readonly Role[];
  /** Title of office, as it stands under a signature: `Trưởng phòng Chuyển đổi số`. */
  readonly title?: string;
  /** Symbol of the unit: `CĐS`. */
  readonly unit?: string;
  readonly actingFor?: { id: string; name: string; role: Role; capacity: Capacity; delegation: string };
}

/** The system itself as an actor: other cases, the sweep, the relay. */
export const system: Actor = { id: 'system', name: 'Hệ thống', agency: '', roles: [] };

/**
 * What only the server sets on an event. Guards read nothing else of an event; what the user typed is checked
 * before (shape by the schemas, amounts by the step rules).
 */
export interface Stamp<Facts = object> {
  readonly at: Instant;
  /** The day of `at` in Asia/Ho_Chi_Minh. */
  readonly day: Day;
  readonly actor: Actor;
  /** By which the actor may: of several roles that somebody has, the one in which they act here. */
  readonly permit: Permit;
  /** What the guards need to know beyond the context, gathered by the server just before. */
  readonly facts: Facts;
}

/** One event as a machine sees it: its type, the fields of a person or another case, and the server's stamp. */
export type Stamped<E extends { type: string }, Facts = object> = E & Stamp<Facts>;

/** A paper that somebody else made and that is entered here: a council's resolution, a commune's own decision. */
export interface OutsidePaper {
  /** As it stands on the paper: `25/NQ-HĐND`. */
  readonly number: string;
  readonly date: Day;
  /** Who signed it. */
  readonly signer: string;
  /** SHA-256 of the PDF or scan that is attached to the case. */
  readonly file: Hash | null;
}

/** What an event says of a paper that was made outside. */
export const outsidePaperOf = ({
  number,
  date,
  signer,
  file = null,
}: Omit<OutsidePaper, 'file'> & Partial<Pick<OutsidePaper, 'file'>>): OutsidePaper => ({
  ...{ number, date, signer, file },
});

/** A number of a register: `05/TTr-SYT` of a day. */
export interface DocumentNumber {
  readonly agency: string;
  readonly type: string;
  readonly year: number;
  readonly number: number;
  readonly symbol: string;
  readonly day: Day;
}

/** As a number stands on its paper: `05/TTr-SYT`. */
export const cited = ({ number, symbol }: Pick<DocumentNumber, 'number' | 'symbol'>): string =>
  `${String(number).padStart(2, '0')}/${symbol}`;

/** The paper of a decision as a notice names it: its number, and its day. */
export const paperTold = ({
  number,
  outside,
}: {
  readonly number: DocumentNumber | null;
  readonly outside: OutsidePaper | null;
}): { readonly paper: string; readonly paperDay: Day } => {
  if (outside) return { paper: outside.number, paperDay: outside.date };
  return number ? { paper: cited(number), paperDay: number.day } : { paper: '–', paperDay: '–' };
};

/** What becomes of numbers: those held and never used, at a case's end; or one whose paper was withdrawn. */
export type RegisterAct =
  | { readonly act: 'void'; readonly reason: string }
  | { readonly act: 'replace'; readonly reason: string; readonly number: DocumentNumber | null };

/** What a machine has a party told. */
export interface NoticeParams {
  to: Party;
  notice: string;
  reason?: string;
  /** What else its wording names. */
  about?: Readonly<Record<string, string | number>>;
}

/**
 * What is owed because of a transition. The outbox carries it out at least once; handlers are harmless twice.
 * - `notify` tells the people of a party something (wording in templates/messages);
 * - `render` makes a document from frozen contents: `data` names what the document says beside the content;
 * - `tellRows` sends system events to many cases in chunks of 100, each chunk answered by `SETTLED`; the
 *   events stand in a frozen content (`orders`), so that a chunk repeated sends the same;
 * - `register` voids held numbers that no step of this case has used, or marks one that it issued as replaced (R29);
 * - `ledger` confirms or releases held money.
 */
export type Intent =
  | { type: 'notify'; params: NoticeParams & { agency?: string } }
  | { type: 'render'; params: { document: DocumentType; data: Readonly<Record<string, unknown>> } }
  | { type: 'tellRows'; params: { orders: Hash; count: number } }
  | { type: 'register'; params: RegisterAct }
  | {
      type: 'ledger';
      params: { act: 'confirm' | 'release'; round: string; lineage: string; ordinal: number };
    };

/** Events for other cases, frozen as a content before the step that owes them. */
export interface Orders {
  readonly kind: 'orders';
  readonly events: readonly {
    readonly case: string;
    readonly event: { type: string } & Record<string, unknown>;
  }[];
}

export const documentTypes = [
  'estimateProposal',
  'returnLetter',
  'supplementLetter',
  'consolidationReport',
  'appraisalReport',
  'approvalProposal',
  'allocationProposal',
  'decision',
] as const;
export type DocumentType = (typeof documentTypes)[number];

/** Why an event is closed: a stable code; its wording is `closed.<code>` in the message files. */
export type ClosedCode = string;
