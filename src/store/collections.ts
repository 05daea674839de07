import type { Connection, Schema } from 'mongoose';
import { attachmentSchema } from './attachments.js';
import { caseSchema } from './cases.js';
import { closingLeavesSchema, closingSchema } from './closings.js';
import { contentChunkSchema, contentSchema } from './contents.js';
import { draftSchema } from './drafts.js';
import { paperSchema, uploadSchema } from './files.js';
import { journalSchema } from './journal.js';
import { keptFormSchema } from './keptForms.js';
import { leaseSchema } from './leases.js';
import { noticeSchema } from './notices.js';
import { intentSchema } from './outbox.js';
import { peopleSchemas } from './peopleSchemas.js';
import { progressSchema, waitingSchema } from './progress.js';
import { registerSchema } from './registers.js';
import { summarySchema } from './summaries.js';
import { turnSchema } from './turns.js';

/** Every collection by its name, and what its documents look like. */
export const schemas: Readonly<Record<string, Schema>> = {
  cases: caseSchema,
  journal: journalSchema,
  intents: intentSchema,
  contents: contentSchema,
  contentChunks: contentChunkSchema,
  drafts: draftSchema,
  registers: registerSchema,
  leases: leaseSchema,
  closings: closingSchema,
  closingLeaves: closingLeavesSchema,
  papers: paperSchema,
  attachments: attachmentSchema,
  uploads: uploadSchema,
  summaries: summarySchema,
  turns: turnSchema,
  progress: progressSchema,
  waiting: waitingSchema,
  notices: noticeSchema,
  keptForms: keptFormSchema,
  ...peopleSchemas,
};

/** Makes the collections and the indexes that their schemas name; what is there already stays. */
export async function createIndexes(connection: Connection): Promise<void> {
  if (!connection.db) throw new Error('The database is not connected.');
  const { db } = connection;
  const existing = new Set(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name),
  );
  for (const [name, schema] of Object.entries(schemas)) {
    if (!existing.has(name)) await db.createCollection(name);
    for (const [keys, options] of schema.indexes())
      // The schema's options carry mongoose's own `background`, which no server heeds any more.
      await db.collection(name).createIndex(keys as Record<string, 1 | -1>, withoutBackground(options));
  }
}

function withoutBackground(options: Readonly<Record<string, unknown>>) {
  const { background: _background, ...rest } = options;
  return rest;
}
