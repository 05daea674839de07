import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { Signature } from '../../workflows/preparing.js';
import type { Day, DocumentNumber, Hash } from '../../workflows/vocabulary.js';
import type { Decision } from '../consolidations/deciding.js';
import { expected } from '../engine/known.js';

/** What an intent took along for its paper beside the content: each paper has some of it, none has all. */
export interface Told {
  readonly content: Hash;
  readonly number?: DocumentNumber | null;
  readonly signer?: Signature | null;
  /** The number of the paper that a letter answers. */
  readonly issued?: DocumentNumber | null;
  readonly reason?: string;
  readonly due?: Day;
  readonly lines?: readonly string[];
  readonly estimates?: readonly string[];
  /** What the reviewer said line by line. */
  readonly remarks?: Hash;
  /** The numbers of the reviewer's report, of Finance's and of Finance's proposal. */
  readonly report?: DocumentNumber | null;
  readonly appraisalReport?: DocumentNumber | null;
  readonly proposal?: DocumentNumber | null;
  readonly appraisal?: ConsolidationContext['appraisal'];
  readonly decision?: {
    readonly hash?: Hash;
    /** As it would be decided, while nobody has. */
    readonly rows?: Decision['rows'];
    readonly by: Signature;
    readonly number: DocumentNumber | null;
  } | null;
}

/** Under which number and signature a paper is issued. */
export interface IssuedAs {
  readonly number: DocumentNumber;
  readonly signature: Signature;
}

/** The paper's own number and signature. @throws {Error} when it has none */
export const issuedAs = ({ number, signer }: Told): IssuedAs => ({
  number: expected(number, "the paper's number"),
  signature: expected(signer, "the paper's signature"),
});
