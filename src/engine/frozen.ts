import type { Hash } from '../../workflows/vocabulary.js';
import { expected } from './known.js';
import type { Case, ContentStore } from './ports.js';

/** Hash of what a case has frozen. @throws {Error} when it has frozen nothing */
export const frozenHashOf = ({ code, content }: Pick<Case, 'code' | 'content'>): Hash =>
  expected(content, `the frozen content of ${code}`);

/** What a case has frozen. @throws {Error} when it has frozen nothing */
export const frozenOf = async <Content>(
  contents: Pick<ContentStore, 'get'>,
  found: Pick<Case, 'tenant' | 'code' | 'content'>,
): Promise<Content> => contents.get<Content>(found.tenant, frozenHashOf(found));
