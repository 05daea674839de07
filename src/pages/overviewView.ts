import type { Option } from '../engine/engine.js';
import type { Case } from '../engine/ports.js';
import { actFields, placedElsewhere, type ActContext } from './actFields.js';
import { fieldView, textOf, type FieldView, type Typed } from './form.js';
import { closedText, eventText, permitText, type Say } from './say.js';

/** An event that this person can send now, as a form. */
export interface ActView {
  readonly event: string;
  readonly id: string;
  readonly text: string;
  readonly action: string;
  readonly fields: readonly FieldView[];
  readonly hidden: readonly { readonly name: string; readonly value: string | number }[];
  readonly danger: boolean;
  /** Stands open: it was refused, and what was typed is in it. */
  readonly expanded: boolean;
  /** Where it is done, when not here. */
  readonly elsewhere: string | null;
  readonly confirm: string;
  readonly attach: AttachView | null;
}

/** How a file is attached that the event names: with its form, so that what was typed there stays. */
interface AttachView {
  readonly id: string;
  readonly action: string;
  readonly event: string;
  readonly words: Readonly<Record<string, string>>;
  readonly hint: string;
  readonly error: string | undefined;
  readonly describedBy: string;
}

/** The field in which the file of an event is chosen. */
export const scanId = (event: string): string => `${event}-scan`;

export interface ActsView {
  readonly open: readonly ActView[];
  readonly closed: readonly { event: string; text: string; reasons: string }[];
  /** What was typed for an event that is not open any more. */
  readonly kept: readonly { name: string; value: string }[];
  readonly others: readonly { event: string; text: string; who: string }[];
}

/** What was sent and refused. */
export interface Refused {
  readonly event: string;
  readonly typed: Typed;
  readonly errors: ReadonlyMap<string, string>;
  /** What is wrong with the file that came with it. */
  readonly fileError?: string | undefined;
}

/** Events that end something or throw work back: shown after the others, and not as the main thing to do. */
const backward = new Set([
  'ABANDON',
  'CLOSE',
  'DECLARE_NIL',
  'DECLINE',
  'RECALL',
  'REFUSE_RECEIPT',
  'REOPEN',
  'REOPEN_LINES',
  'RETURN',
  'SEND_BACK',
  'TAKE_BACK',
  'TAKE_BACK_SUPPLEMENT',
  'WITHDRAW',
]);

/** What was seen when a page was made, for events to name: a hash, the rev of a draft, the hash of a table. */
export interface Seen {
  readonly hash: string | null;
  readonly rev?: number | undefined;
  readonly table?: string | undefined;
}

/**
 * What can be done to a case by this person, what cannot yet and why, and what others may do.
 * @param key names the request, so that a form sent twice is done once
 */
export const actsView = ({
  found,
  options,
  given,
  seen,
  names,
  takesFile,
  key,
  partyName,
  refused,
  say,
}: {
  found: Case;
  options: readonly Option[];
  given: ActContext;
  /** What this person was shown of what an event freezes or decides on. */
  seen: (event: string) => Seen;
  /** Which of it the event must name. */
  names: (event: string) => readonly string[];
  /** Whether it names an attached file. */
  takesFile: (event: string) => boolean;
  key: () => string;
  partyName: (party: string) => string | undefined;
  refused?: Refused | undefined;
  say: Say;
}): ActsView => {
  const text = (event: string) => eventText(say, found, event);
  const named = (event: string) =>
    Object.entries(seen(event)).flatMap(([name, value]: [string, string | number | null | undefined]) =>
      names(event).includes(name) && value !== null && value !== undefined ? [{ name, value }] : [],
    );
  const attach = (event: string, error: string | undefined): AttachView => {
    const id = scanId(event);
    return {
      ...{ id, event, action: `/cases/${found.id}/attachments`, words: say.group('attach'), error },
      hint: say('pages:attach.hint'),
      describedBy: error === undefined ? `${id}-hint` : `${id}-hint ${id}-error`,
    };
  };
  const act = ({ event }: Option): ActView => {
    const again = refused?.event === event ? refused : undefined;
    return {
      event,
      id: `act-${event}`,
      text: text(event),
      action: `/cases/${found.id}/events/${event}`,
      fields: actFields(event, given, say).map((field) => fieldView(field, event, again)),
      hidden: [{ name: '_key', value: key() }, { name: 'seq', value: found.seq }, ...named(event)],
      danger: backward.has(event),
      expanded: again !== undefined,
      elsewhere: placedElsewhere.has(event) ? `/cases/${found.id}/content#${event}` : null,
      confirm: say('pages:act.confirm', { event: text(event) }),
      attach: takesFile(event) ? attach(event, again?.fileError) : null,
    };
  };
  const open = options.filter((option) => option.open).map(act);
  const isLost = refused !== undefined && !open.some(({ event }) => event === refused.event);
  return {
    kept: isLost
      ? actFields(refused.event, given, say)
          .map(({ name, label, as }) => ({
            name: label,
            value: as === 'many' ? '' : textOf(refused.typed, name),
          }))
          .filter(({ value }) => value !== '')
      : [],
    open: [...open.filter(({ danger }) => !danger), ...open.filter(({ danger }) => danger)],
    closed: options
      .filter((option) => option.permitted && !option.open)
      .map(({ event, reasons }) => ({
        event,
        text: text(event),
        reasons: reasons.map((code) => closedText(say, code)).join(' '),
      })),
    others: options
      .filter(({ permitted }) => !permitted)
      .map(({ event, permits }) => ({
        event,
        text: text(event),
        who: [...new Set(permits.map((permit) => permitText(say, permit, partyName)))].join('; '),
      })),
  };
};
