import type { Finding } from '../../workflows/rules/shapes.js';
import type { Kind } from '../../workflows/vocabulary.js';
import { staleDraft } from '../errors.js';
import { expected } from './known.js';
import type { Asked, Case, Draft, DraftStore, Part } from './ports.js';

/** Events that freeze what is edited: which part, whose `rev` they name. */
const frozen: Readonly<Record<Kind, Readonly<Record<string, Part>>>> = {
  estimate: { SEND_UP: 'content', CONCLUDE_LINES: 'review', RETURN: 'review' },
  consolidation: { CONCLUDE: 'appraisal' },
  allocation: { SEND_UP: 'content' },
};

/** The part that an event of a kind freezes; undefined: none. */
export const frozenBy = (kind: Kind, event: string): Part | undefined => frozen[kind][event];

/**
 * A moment of a case that no other moment of it has: it grows with every step and with every thaw. A draft frozen at
 * the moment in which the case still stands may be taken by a step at any time; one frozen before never will be.
 */
export const momentOf = ({ seq, thaws = 0 }: Pick<Case, 'seq' | 'thaws'>): number => seq + thaws;

/**
 * The draft that an event names by its rev, frozen for it before the case's one write: no edit comes in between.
 * @returns null where rev 0 is named and nobody has edited the part
 * @throws {Refusal} STALE_DRAFT when it was edited since, with whose edit it was and when
 */
export const freezeNamed = async <Body>(
  drafts: Pick<DraftStore, 'load' | 'freeze'>,
  { found, event }: Pick<Asked, 'found' | 'event'>,
): Promise<Draft<Body> | null> => {
  const part = expected(frozenBy(found.kind, event.type), `what ${event.type} freezes`);
  const rev = Number(event['rev']);
  const taken = await drafts.freeze<Body>(found, part, rev, momentOf(found));
  if (taken) return taken;
  const draft = await drafts.load<Body>(found, part);
  if (draft || rev !== 0) throw staleDraft(draft);
  return null;
};

/** What guards know of a draft: how long it is, how much is wrong with it, and who has edited it. */
export const draftFacts = (draft: Draft | null, rows: readonly unknown[], findings: readonly Finding[]) => ({
  rows: rows.length,
  errors: findings.filter(({ level }) => level === 'error').length,
  editors: draft?.editors ?? [],
});
