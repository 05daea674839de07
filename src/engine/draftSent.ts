import type { Finding } from '../../workflows/rules/shapes.js';
import { Refusal } from '../errors.js';
import type { Asked, Draft, DraftStore } from './ports.js';

/** The draft that SEND_UP names by its rev. @throws {Refusal} STALE_DRAFT when it was edited since */
export const draftSent = async <Body>(
  drafts: DraftStore,
  { found, event }: Pick<Asked, 'found' | 'event'>,
): Promise<Draft<Body>> => {
  const draft = await drafts.load<Body>(found, 'content');
  if (!draft || draft.rev !== event['rev']) throw new Refusal('STALE_DRAFT', { rev: draft?.rev ?? 0 });
  return draft;
};

/** What guards know of a draft: how long it is, how much is wrong with it, and who has edited it. */
export const draftFacts = (draft: Draft | null, rows: readonly unknown[], findings: readonly Finding[]) => ({
  rows: rows.length,
  errors: findings.filter(({ level }) => level === 'error').length,
  editors: draft?.editors ?? [],
});
