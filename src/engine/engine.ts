import { dayOf } from '../../workflows/calendar.js';
import { ask, birth, current, type Landed, type MachineEvent } from '../../workflows/registry.js';
import { starters } from '../../workflows/permissions.js';
import {
  system,
  type ClosedCode,
  type Day,
  type Instant,
  type Kind,
  type Permit,
} from '../../workflows/vocabulary.js';
import {
  badInput,
  caseNotFound,
  eventRefused,
  fault,
  Refusal,
  staleCase,
  staleDraft,
  type FieldFault,
} from '../errors.js';
import { momentAfter } from './closing.js';
import { momentOf } from './draftSent.js';
import { dueOf } from './dueOf.js';
import { forgottenAfter, mayHaveForgotten } from './forgotten.js';
import { entryAfter, hashOf } from './journal.js';
import { entitle, maySee, type Entitlement } from './mayDo.js';
import type {
  Case,
  CaseRef,
  CaseStore,
  Cause,
  Clock,
  Draft,
  DraftStore,
  Entry,
  JournalReader,
  Owed,
  Part,
  Person,
  RoundOf,
  Slice,
  Step,
} from './ports.js';

interface Dependencies {
  readonly cases: CaseStore;
  readonly journal: JournalReader;
  readonly drafts: DraftStore;
  readonly clock: Clock;
  readonly slices: Readonly<Record<Kind, Slice>>;
  readonly roundOf: RoundOf;
  /** The end of a city's last closed day, which no entry is written before; empty where there is none. */
  readonly closedUntil?: (tenant: string) => Promise<Instant>;
  /** Looks at the papers that a step would issue, before its one write; `found` is the case after it. @throws {Refusal} */
  readonly checkPapers?: (found: Case, intents: Landed['intents']) => Promise<void>;
  /** Files what a case owes, at once. */
  readonly drain: (ref: CaseRef) => Promise<void>;
  /** Called after each write, so that a relay in the same process need not wait for its next look. */
  readonly moved?: (ref: CaseRef) => void;
}

type AskedEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Whether an event is open to a person on a case, and if not, why not or who may. */
export interface Option {
  readonly event: string;
  readonly open: boolean;
  readonly permitted: boolean;
  /** Who may: role @ party. */
  readonly permits: readonly Permit[];
  /** Names of the guards that say no; none for who may not send it at all. */
  readonly reasons: readonly ClosedCode[];
}

/** What became of an event that another case or the system sent. */
export type Told = { readonly done: true } | { readonly done: false; readonly reason: string };

export type Engine = ReturnType<typeof createEngine>;

/** One change of a draft, as the slice of its kind names it. */
export interface Operation {
  readonly op: string;
  readonly input: unknown;
}

/** Above so many owed entries and intents a case is drained before it moves again. */
const owedLimit = 64;

/** How often a system event is tried again when somebody else moved the case in between. */
const tellTries = 50;

/** The engine: it asks the machines, and carries each step out in one conditional write. */
export const createEngine = ({
  cases,
  journal,
  drafts,
  clock,
  slices,
  roundOf,
  closedUntil = () => Promise.resolve(''),
  checkPapers,
  drain,
  moved,
}: Dependencies) => {
  const momentIn = async (tenant: string, newest: Instant = ''): Promise<Instant> =>
    momentAfter(clock.now(), newest, await closedUntil(tenant));

  const read = async ({ person, caseId }: { person: Person; caseId: string }): Promise<Case> => {
    const found = await cases.load({ tenant: person.tenant, id: caseId });
    if (!found || !maySee(person, found)) throw caseNotFound(caseId);
    return found;
  };

  /** What a part says after one edit or several, each on what those before it left. @throws {Refusal} */
  const edited = async (
    body: unknown,
    { found, part, person, day }: { found: Case; part: Part; person: Person; day: Day },
    asked: Operation | { readonly ops: readonly Operation[] },
  ): Promise<unknown> => {
    const apply = async (before: unknown, { op, input }: Operation): Promise<unknown> => {
      const edit = slices[found.kind].edits[op];
      if (edit?.part !== part) throw new Refusal('NOT_FOUND', { op, part });
      return edit.apply({ found, body: before ?? (await edit.empty(found)), input, person, day });
    };
    if (!('ops' in asked)) return apply(body, asked);
    if (asked.ops.length === 0) throw badInput([fault('ops', 'array.min', { limit: 1 })]);
    let after = body;
    for (const [n, one] of asked.ops.entries()) after = await apply(after, one).catch(refusedAt(n));
    return after;
  };

  /** The entry that this cause led to, if it was seen before. @throws {Refusal} KEY_REUSED */
  const repeated = async (found: Case, cause: Cause): Promise<boolean> => {
    const body =
      found.seen.find(({ key }) => key === cause.key)?.body ??
      // Of those only the journal remembers what was asked.
      (mayHaveForgotten(found, cause.key)
        ? (await journal.byCause(found, cause.key))?.cause.body
        : undefined);
    if (body === undefined) return false;
    if (body !== cause.body) throw new Refusal('KEY_REUSED', { key: cause.key });
    return true;
  };

  /** One step of a case: asks the machine, prepares, writes. @returns null when the case moved meanwhile. */
  const step = async (
    found: Case,
    event: AskedEvent,
    { actor, permit }: Entitlement,
    cause: Cause,
    from?: string,
  ): Promise<Case | null> => {
    const at = await momentIn(found.tenant, found.at);
    const day = dayOf(at);
    const slice = slices[found.kind];
    const machine = ask(found);
    const stamped = (facts: object): MachineEvent => ({ ...event, at, day, actor, permit, facts });

    const facts = {
      ...(await slice.facts({ found, day, events: [event.type], sending: event.type })),
      ...(from !== undefined && { from }),
    };
    if ('hash' in event && event['hash'] !== machine.covered) {
      throw eventRefused(event.type, found.state, ['contentChanged']);
    }
    refuseClosed(machine, found, stamped(facts));

    const prepared = await slice.prepare[event.type]?.({ found, event, actor, at, day });
    const complete = stamped({ ...facts, ...prepared });
    if (prepared) refuseClosed(machine, found, complete);

    const next = machine.take(complete);
    const after = next.context as Case['context'];
    await checkPapers?.(
      { ...found, state: next.state, context: after, content: after.content },
      next.intents,
    );
    const stepped = await stepOf({
      found,
      stood: machine.paths,
      next,
      at,
      entry: { actor, permit, event: { ...event, facts: complete['facts'] }, cause },
    });
    const written = await cases.advance(found, stepped);
    if (written) moved?.(found);
    return written;
  };

  const stepOf = async ({
    found,
    stood,
    next,
    at,
    entry: given,
  }: {
    found: Pick<Case, 'tenant' | 'id' | 'kind' | 'version' | 'seq' | 'head' | 'round' | 'owner'> &
      Partial<Case>;
    /** The state paths before the step; none at a birth. */
    stood: readonly string[];
    next: Landed;
    at: Instant;
    entry: Pick<Entry, 'actor' | 'permit' | 'event' | 'cause'>;
  }): Promise<Step> => {
    const { tenant, id, kind, version } = found;
    const context = next.context as Case['context'];
    const entry = entryAfter(found, {
      tenant,
      case: id,
      kind,
      version,
      at,
      clockSet: clock.set,
      from: found.state ?? null,
      to: next.state,
      content: context.content,
      ...given,
    });
    const { paths } = next;
    const since = paths[0] === stood[0] && found.since !== undefined ? found.since : at;
    const owed: Owed[] = [
      { id: `${entry.seq}`, entry },
      ...next.intents.map((intent, n) => ({
        id: `${entry.seq}/${n}`,
        intent,
        cause: `${id}/${entry.seq}/${n}`,
      })),
    ];
    return {
      state: next.state,
      status: next.done ? 'done' : 'active',
      context,
      content: context.content,
      ...(next.done
        ? { due: null, reckoned: null }
        : await dueOf(
            { tenant, kind, round: found.round, owner: found.owner, context, since },
            paths,
            roundOf,
          )),
      since,
      at,
      head: entry.hash,
      owed,
      seen: { ...given.cause, seq: entry.seq },
      forgotten: forgottenAfter({ seen: [], ...found }),
    };
  };

  const drained = async (found: Case): Promise<Case> => {
    if (found.owed.length <= owedLimit) return found;
    await drain(found);
    return (await cases.load(found)) ?? found;
  };

  return {
    /** A case, if the person may see it. @throws {Refusal} CASE_NOT_FOUND */
    read,

    /**
     * Starts a case; a repeat with the same key answers with the case it made.
     * @throws {Refusal} NOT_PERMITTED, KEY_REUSED, and what the kind's birth refuses
     */
    async start({
      person,
      kind,
      input,
      key,
    }: {
      person: Person;
      kind: Kind;
      input: unknown;
      key: string;
    }): Promise<Case> {
      const { tenant } = person;
      const at = await momentIn(tenant);
      const day = dayOf(at);
      const cause = causeOf(person, key, { type: 'START', kind, input });
      const derived = hashOf({ tenant, key: cause.key, kind }).slice(0, 20);
      const known = await cases.load({ tenant, id: derived });
      if (known) {
        await repeated(known, cause);
        return known;
      }

      // Before the birth, which reserves a code: who starts a case is its owner.
      const entitled = entitle({
        person,
        found: { kind, context: { parties: { owner: person.agency } } },
        permits: starters[kind],
        day,
      });
      if (!entitled) throw new Refusal('NOT_PERMITTED', { event: 'START', permits: starters[kind] });
      const born = await slices[kind].born({ person, input, id: derived, day }).catch(refusedIn(kind));

      const version = current[kind];
      const next = birth(kind, version, born.context);
      const { id = derived, code, round, owner, ruleset } = born;
      const identity = { tenant, id, kind, version, code, round, owner, ruleset };
      const stepped = await stepOf({
        found: { ...identity, seq: 0, head: '' },
        stood: [],
        next,
        at,
        entry: {
          ...entitled,
          event: { type: 'START', code, round, owner, ruleset, context: next.context },
          cause,
        },
      });
      // Before the case, so that no case is without it; a repeat finds what the first try stored.
      if (born.draft) {
        const { part, body } = born.draft;
        await drafts.save({ tenant, id }, draftOf(part, 1, body, []), 0);
      }
      const { seen, ...rest } = stepped;
      const stored = await cases.create({ ...identity, ...rest, seq: 1, seen: [seen] });
      if (stored.head === stepped.head) moved?.(stored);
      else if (!(await repeated(stored, cause)))
        throw eventRefused('START', null, ['anotherIsOpen'], { kind });
      return stored;
    },

    /**
     * Moves a case one step, in one write: state, journal entry and the intents that the step gave rise to.
     * @throws {Refusal} CASE_NOT_FOUND also when the person may not see it; NOT_PERMITTED; STALE_CASE with what
     * happened since; EVENT_REFUSED with reasons; KEY_REUSED; and what preparing the event refuses
     */
    async send({
      person,
      caseId,
      seq,
      event,
      key,
    }: {
      person: Person;
      caseId: string;
      seq: number;
      event: AskedEvent;
      key: string;
    }): Promise<Case> {
      const found = await drained(await read({ person, caseId }));
      const cause = causeOf(person, key, event);
      if (await repeated(found, cause)) return found;

      const day = dayOf(clock.now());
      const machine = ask(found);
      const permits = found.status === 'done' ? [] : machine.permits(event.type);
      const entitled = entitle({ person, found, permits, day });
      if (!entitled && permits.length > 0) throw new Refusal('NOT_PERMITTED', { event: event.type, permits });
      if (found.seq !== seq) throw await stale(found, seq);
      const { kind } = found;
      if (!entitled) throw eventRefused(event.type, found.state, ['notHere'], { kind });

      for (let stands = found; ;) {
        const written = await step(stands, event, entitled, cause).catch(refusedIn(kind));
        if (written) return written;

        // Somebody else was faster; it may have been this very request, sent twice.
        const now = await read({ person, caseId });
        if (await repeated(now, cause)) return now;
        if (now.seq !== seq) throw await stale(now, seq);
        // An edit came first: asked once more, the step tells whose.
        stands = now;
      }
    },

    /**
     * Sends a case an event of the system or of another case; tried again while others move it.
     * A repeat of the same cause is done already. Never throws for a closed event: the reason is the answer.
     */
    async tell({
      tenant,
      caseId,
      event,
      cause: key,
      from,
    }: {
      tenant: string;
      caseId: string;
      event: AskedEvent;
      cause: string;
      from?: string;
    }): Promise<Told> {
      const cause = { key, body: hashOf(event) };
      for (let tries = 0; tries < tellTries; tries++) {
        const loaded = await cases.load({ tenant, id: caseId });
        if (!loaded) return { done: false, reason: 'caseNotFound' };
        const found = await drained(loaded);
        try {
          if (await repeated(found, cause)) return { done: true };
          if (found.status === 'done' || !ask(found).permits(event.type).includes('system')) {
            return { done: false, reason: 'notHere' };
          }
          const written = await step(found, event, { permit: 'system', actor: system }, cause, from);
          if (written) return { done: true };
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return { done: false, reason: reasonOf(error) };
        }
      }
      throw new Refusal('BUSY', { case: caseId });
    },

    /**
     * Edits a part of a case that is not frozen, from the draft that has `rev`: one operation, or several in one
     * write, of which each finds what the ones before it left. Either all of them are saved or none.
     * @throws {Refusal} CASE_NOT_FOUND, NOT_PERMITTED, NOT_EDITABLE, STALE_DRAFT, and what an edit refuses; of several
     * `members.op` says which one it was
     */
    async edit({
      person,
      caseId,
      part,
      rev,
      ...asked
    }: {
      person: Person;
      caseId: string;
      part: Part;
      rev: number;
    } & (Operation | { ops: readonly Operation[] })): Promise<Draft> {
      const at = clock.now();
      const day = dayOf(at);
      for (let found = await read({ person, caseId }); ;) {
        const permits = ask(found).permits(editEvents[part]);
        if (permits.length > 0 && !entitle({ person, found, permits, day })) {
          throw new Refusal('NOT_PERMITTED', { event: editEvents[part], permits });
        }
        if (!editable(found, part)) throw new Refusal('NOT_EDITABLE', { state: found.state, part });

        const draft = await drafts.load(found, part);
        if ((draft?.rev ?? 0) !== rev) throw staleDraft(draft);
        const { frozenAt = 0 } = draft ?? {};
        if (frozenAt >= momentOf(found)) {
          // A step has come, or may yet, or never will: once thawed, it cannot any more.
          found = (await cases.thaw(found)) ?? (await read({ person, caseId }));
          continue;
        }
        const body = await edited(draft?.body, { found, part, person, day }, asked);
        const editors = [...new Set([...(draft?.editors ?? []), person.id])].sort();
        const saved = await drafts.save(
          found,
          { ...draftOf(part, rev + 1, body, editors), edited: { by: person.name, at } },
          rev,
          draft?.frozenAt,
        );
        // Edited by somebody else, or frozen by a step: which, is found out anew.
        const now = await read({ person, caseId });
        if (saved) {
          // Whoever edited what the case has left behind meanwhile must know it.
          if (!editable(now, part)) throw new Refusal('NOT_EDITABLE', { state: now.state, part });
          return saved;
        }
        found = now;
      }
    },

    /** The draft of a part; rev 0 and the empty body before anybody has edited it. @throws {Refusal} */
    async draft({ person, caseId, part }: { person: Person; caseId: string; part: Part }): Promise<Draft> {
      const found = await read({ person, caseId });
      const permits = ask(found).permits(editEvents[part]);
      const mine = person.auditor || (part === 'content' && person.agency === found.owner);
      // Private work stays with those who may write it, until it is concluded and frozen.
      if (!mine && !entitle({ person, found, permits, day: dayOf(clock.now()) })) {
        throw new Refusal('NOT_PERMITTED', { event: editEvents[part], permits });
      }
      const edit = Object.values(slices[found.kind].edits).find((candidate) => candidate.part === part);
      if (!edit) throw new Refusal('NOT_FOUND', { part });
      const draft = await drafts.load(found, part);
      if (!draft) return { part, rev: 0, body: await edit.empty(found), editors: [] };
      if (person.auditor || !edit.shown) return draft;
      return { ...draft, body: await edit.shown({ found, body: draft.body, person }) };
    },

    /**
     * Every event of where the case stands, but those of the system and those that cannot come there: open, or closed
     * because. Why is told to those who may send it; to others only who may.
     */
    async options({ person, found }: { person: Person; found: Case }): Promise<Option[]> {
      if (found.status === 'done') return [];
      const at = clock.now();
      const day = dayOf(at);
      const machine = ask(found);
      const known = machine.events
        .map((event) => ({ event, permits: machine.permits(event).filter((permit) => permit !== 'system') }))
        .filter(({ event, permits }) => permits.length > 0 && !machine.never(event))
        .map((one) => ({ ...one, entitled: entitle({ person, found, permits: one.permits, day }) }));
      const mine = known.filter(({ entitled }) => entitled !== null).map(({ event }) => event);
      const facts = await slices[found.kind].facts({ found, day, events: mine });
      return known.map(({ event, permits, entitled }) => {
        if (!entitled) return { event, permits, reasons: [], permitted: false, open: false };
        const reasons = machine.closed({ type: event, at, day, ...entitled, facts });
        return { event, permits, reasons, permitted: true, open: reasons.length === 0 };
      });
    },

    /** Entries after a seq, oldest first. @throws {Refusal} CASE_NOT_FOUND */
    async history({
      person,
      caseId,
      after = 0,
    }: {
      person: Person;
      caseId: string;
      after?: number;
    }): Promise<Entry[]> {
      return journal.after(await read({ person, caseId }), after);
    },
  };

  async function stale(found: Case, seq: number) {
    const since = await journal.after(found, seq);
    return staleCase(
      { seq: found.seq, state: found.state },
      since.map(({ seq: at, event, actor, to, at: when }) => ({
        seq: at,
        event: event.type,
        by: actor.name,
        at: when,
        to,
      })),
    );
  }
};

/** The permission under which each part is edited. */
export const editEvents: Readonly<Record<Part, string>> = {
  content: 'EDIT',
  review: 'EDIT_REVIEW',
  appraisal: 'EDIT_APPRAISAL',
};

/** How many bytes a draft of each part may have; Finance's covers every row of a round. */
const mostBytes: Readonly<Record<Part, number>> = {
  content: 4_000_000,
  review: 4_000_000,
  appraisal: 12_000_000,
};

/** A row that was removed does not count, though it is kept: removing makes room. @throws {Refusal} DRAFT_TOO_LARGE */
const draftOf = (part: Part, rev: number, body: unknown, editors: readonly string[]): Draft => {
  const { removed: _removed, ...counted } = body as { readonly removed?: unknown };
  const found = Buffer.byteLength(JSON.stringify(counted));
  const limit = mostBytes[part];
  if (found > limit) throw new Refusal('DRAFT_TOO_LARGE', { part, found, limit });
  return { part, rev, body, editors };
};

const editable = (found: Case, part: Part) =>
  found.status === 'active' && ask(found).tags.has(`editable:${part}`);

/** A refused event says of which kind its case is: by it the event has its name. */
const refusedIn =
  (kind: Kind) =>
  (error: unknown): never => {
    if (!(error instanceof Refusal) || error.code !== 'EVENT_REFUSED') throw error;
    throw new Refusal(error.code, { ...error.members, kind });
  };

/** Of several operations a refusal says which one, also in the paths of its faults: `ops.3.unitPrice`. */
const refusedAt =
  (n: number) =>
  (error: unknown): never => {
    if (!(error instanceof Refusal)) throw error;
    const { faults, ...members } = error.members as { faults?: readonly FieldFault[] };
    throw new Refusal(error.code, {
      ...members,
      op: n,
      ...(faults && { faults: faults.map((one) => ({ ...one, path: `ops.${n}.${one.path}` })) }),
    });
  };

const causeOf = (person: Person, key: string, body: object): Cause => ({
  key: `${person.id}:${key}`,
  body: hashOf(body),
});

const refuseClosed = (machine: ReturnType<typeof ask>, found: Case, event: MachineEvent) => {
  if (machine.done || !machine.events.includes(event.type))
    throw eventRefused(event.type, found.state, ['notHere']);
  const reasons = machine.closed(event);
  if (reasons.length > 0 || !machine.can(event)) throw eventRefused(event.type, found.state, reasons);
};

const reasonOf = ({ code, members }: Refusal): string => {
  const reasons = members['reasons'];
  return Array.isArray(reasons) && typeof reasons[0] === 'string' ? reasons[0] : code;
};
