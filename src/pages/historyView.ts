import type { SettledOverlap } from '../../workflows/estimate.v1.js';
import { ask } from '../../workflows/registry.js';
import type { DocumentType, OutsidePaper } from '../../workflows/vocabulary.js';
import type { Attachment } from '../engine/attachments.js';
import type { Case, Entry } from '../engine/ports.js';
import type { Agency } from '../engine/shared.js';
import { attachmentAddress } from '../http/attaching.js';
import { paperAddress, type Paper } from '../http/paperRoutes.js';
import { statePathOf } from './caseShell.js';
import { dayText, momentText } from './figures.js';
import { overlapText } from './overlapText.js';
import { eventText, stateText, type Say } from './say.js';

export interface HistoryView {
  readonly entries: readonly {
    readonly seq: number;
    readonly text: string;
    readonly at: string;
    readonly who: string;
    readonly actingFor: string | null;
    readonly way: string;
    readonly said: readonly string[];
    readonly hash: string;
    readonly clockSet: boolean;
  }[];
  readonly words: Readonly<Record<string, string>>;
}

/** What people wrote into an event, in the order they are shown. */
const written = ['difficulties', 'reason', 'question', 'answer', 'note', 'conditions'];

/** The paper of a body outside that an event entered. */
const outsidePaperSaid = (event: Entry['event'], say: Say): string[] => {
  const { number, date, signer } = event as Partial<OutsidePaper>;
  return number !== undefined && date !== undefined && signer !== undefined
    ? [say('pages:history.outsidePaper', { number, date: dayText(date), signer })]
    : [];
};

/** How an overlap was settled; where the table settled it, the lead stands there by its reference. */
const overlapSaid = (
  { type, facts, ...event }: Entry['event'],
  agencies: ReadonlyMap<string, Agency>,
  say: Say,
): string[] => {
  const { name, decision, lead = null, lines } = event as unknown as SettledOverlap;
  if (type === 'OVERLAP_SETTLED')
    return [overlapText({ name, decision, lead, lines: lines.map(({ lineName }) => lineName) }, say)];
  if (type !== 'SETTLE_OVERLAP') return [];
  const settled = facts as { readonly name: string; readonly out: readonly string[] };
  const by = lead === null ? null : (agencies.get(lead)?.name ?? lead);
  return [overlapText({ name: settled.name, decision, lead: by, lines: settled.out }, say)];
};

/** What happened to a case, newest first: what, when, who, for whom, from where to where, and why. */
export const historyView = (
  found: Case,
  entries: readonly Entry[],
  agencies: ReadonlyMap<string, Agency>,
  say: Say,
): HistoryView => {
  const placeOf = (entry: Entry, state: Entry['to']) => {
    const { kind } = found;
    const { paths } = ask({ kind, version: entry.version, state, context: found.context });
    return stateText(say, kind, statePathOf(paths));
  };
  return {
    words: say.group('history'),
    entries: entries.toReversed().map((entry) => {
      const { actor, event, from, to } = entry;
      const [before, after] = [from === null ? null : placeOf(entry, from), placeOf(entry, to)];
      const agency = agencies.get(actor.agency)?.name;
      return {
        seq: entry.seq,
        text: eventText(say, found, event.type),
        at: momentText(entry.at),
        who:
          entry.permit === 'system'
            ? say('role.system')
            : agency && !actor.name.includes(agency)
              ? `${actor.name} (${agency})`
              : actor.name,
        actingFor: actor.actingFor
          ? say('pages:history.actingFor', {
              name: actor.actingFor.name,
              capacity: say(`capacity.${actor.actingFor.capacity}`),
            })
          : null,
        way: before === null || before === after ? after : `${before} → ${after}`,
        said: [
          ...outsidePaperSaid(event, say),
          ...overlapSaid(event, agencies, say),
          ...written.flatMap((name) => {
            const value = event[name];
            return typeof value === 'string' && value !== '' ? [value] : [];
          }),
        ],
        hash: entry.hash,
        clockSet: entry.clockSet,
      };
    }),
  };
};

/** A paper to look at before it is made. */
export interface PreviewLink {
  readonly href: string;
  readonly text: string;
}

/** The papers that are decided on where a case stands, as drafts. */
export const previewLinks = (
  found: Pick<Case, 'id'>,
  documents: readonly DocumentType[],
  say: Say,
): PreviewLink[] =>
  documents.map((document) => ({
    href: `/api/v1/cases/${found.id}/preview/${document}`,
    text: say('pages:documents.preview', { type: say(`documents:documentType.${document}`) }),
  }));

export interface DocumentsView {
  readonly previews: readonly PreviewLink[];
  readonly attached: readonly {
    href: string;
    name: string;
    mime: string;
    at: string;
    size: string;
    hash: string;
  }[];
  readonly rows: readonly {
    href: string;
    name: string;
    type: string;
    revision: string;
    at: string;
    size: string;
    hash: string;
  }[];
  readonly words: Readonly<Record<string, string>>;
}

const sizeText = (size: number, say: Say) =>
  say('pages:documents.kilobytes', { size: Math.max(1, Math.round(size / 1000)) });

/** The papers of a case, newest first, those that are decided on, and the files that people attached to it. */
export const documentsView = (
  found: Pick<Case, 'id'>,
  {
    made: papers,
    attached,
    previews,
  }: {
    readonly made: readonly Paper[];
    readonly attached: readonly Attachment[];
    readonly previews: readonly PreviewLink[];
  },
  say: Say,
): DocumentsView => ({
  previews,
  words: say.group('documents'),
  attached: attached.toReversed().map(({ hash, name, mime, at, size }) => ({
    href: attachmentAddress(found, { hash }),
    ...{ name, mime, hash },
    at: momentText(at),
    size: sizeText(size, say),
  })),
  rows: papers.toReversed().map((paper) => ({
    href: paperAddress(found, paper),
    name: paper.name,
    type: say(`documents:documentType.${paper.type}`),
    revision: paper.revision > 0 ? String(paper.revision) : '–',
    at: momentText(paper.at),
    size: sizeText(paper.size, say),
    hash: paper.hash,
  })),
});
