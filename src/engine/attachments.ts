import { hash } from 'node:crypto';
import type { Hash, Instant } from '../../workflows/vocabulary.js';
import type { CaseRef } from './ports.js';

/** What is known of a file that somebody attached to a case, beside its bytes. */
export interface Attachment {
  /** By {@link attachmentHash}. */
  readonly hash: Hash;
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  /** Who attached it, by person id, and when. */
  readonly by: string;
  readonly at: Instant;
}

/** What a file is named by in events and addresses: the SHA-256 of its bytes. */
export const attachmentHash = (bytes: Uint8Array): Hash => hash('sha256', bytes);

/** Files that people attached to cases. */
export interface Attachments {
  /** Stores a file under its hash, unless the case has it already. */
  put(
    ref: CaseRef,
    file: Omit<Attachment, 'hash' | 'size'> & { readonly bytes: Uint8Array },
  ): Promise<Attachment>;
  find(ref: CaseRef, hash: Hash): Promise<Attachment | null>;
  /** The files of a case in the order in which they came. */
  list(ref: CaseRef): Promise<Attachment[]>;
  /** Its bytes, held against its hash. @throws where they are damaged or gone */
  read(ref: CaseRef, hash: Hash): Promise<Buffer>;
}
