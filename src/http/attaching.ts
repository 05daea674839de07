import { attachmentHash, type Attachment, type Attachments } from '../engine/attachments.js';
import type { Case, Clock, Person } from '../engine/ports.js';
import { badInput, fault, Refusal } from '../errors.js';
import { kindOf, type CaseEngine } from './caseAccess.js';
import { mimeOf } from './fileKinds.js';
import { namesOf, type KindApi } from './kind.js';
import { parseValue } from './parse.js';
import type { Upload } from './route.js';
import { textShape } from './shapes.js';
import { sizeText } from '../wording.js';

/** Files may be this long, in bytes: a scan of some fifty pages. */
export const longestAttachment = 10_000_000;

/** So many files a case may have. */
export const mostAttachments = 20;

/** Told at the field of the file, with what it is and what it may be. */
const tooLong = (size: number) =>
  new Refusal('BODY_TOO_LARGE', {
    ...{ what: 'file', found: size, limit: longestAttachment },
    faults: [fault('file', 'file.large', { size: sizeText(size), most: sizeText(longestAttachment) })],
  });

/** Where an attached file is read. */
export const attachmentAddress = ({ id }: Pick<Case, 'id'>, { hash }: Pick<Attachment, 'hash'>): string =>
  `/api/v1/cases/${id}/attachments/${hash}`;

/** Events of a kind that name an attached file. */
export const eventsWithFile = ({ events }: KindApi): string[] =>
  Object.entries(events).flatMap(([event, schema]) => (namesOf(schema).includes('file') ? [event] : []));

/**
 * Attaches a file to a case, for an event that names it: whoever may send one of those now may attach.
 * @throws {Refusal} CASE_NOT_FOUND, NOT_PERMITTED, BAD_INPUT, BODY_TOO_LARGE, LIMIT_EXCEEDED
 */
export const attach = async (
  {
    engine,
    kinds,
    attachments,
    clock,
  }: {
    readonly engine: Pick<CaseEngine, 'read' | 'options'>;
    readonly kinds: readonly KindApi[];
    readonly attachments: Pick<Attachments, 'find' | 'list' | 'put'>;
    readonly clock: Clock;
  },
  { person, caseId, upload }: { person: Person; caseId: string; upload: Upload | undefined },
): Promise<{ found: Case; file: Attachment }> => {
  const found = await engine.read({ person, caseId });
  const naming = eventsWithFile(kindOf(kinds, found));
  const options = (await engine.options({ person, found })).filter(({ event }) => naming.includes(event));
  if (!options.some(({ open }) => open)) {
    const permits = [...new Set(options.flatMap((option) => option.permits))];
    throw new Refusal('NOT_PERMITTED', { event: 'ATTACH', permits });
  }
  if (!upload) throw badInput([fault('file', 'any.required')]);
  const { bytes, size } = upload;
  if (!bytes) throw tooLong(size);
  const name = parseValue<string>(textShape(200).required(), upload.name, 'fileName', true);
  const mime = mimeOf(bytes, name);
  const same = await attachments.find(found, attachmentHash(bytes));
  if (same) return { found, file: same };
  const there = await attachments.list(found);
  if (there.length >= mostAttachments)
    throw new Refusal('LIMIT_EXCEEDED', {
      what: 'attachments',
      found: there.length + 1,
      limit: mostAttachments,
    });
  const file = { name, mime, by: person.id, at: clock.now(), bytes };
  return { found, file: await attachments.put(found, file) };
};
