import type { Connection } from 'mongoose';
import { verifyExport, type Verified } from '../engine/verifyExport.js';
import { exportJournal, type ExportOptions } from './exportJournal.js';

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const line of lines) yield Buffer.from(`${line}\n`);
}

/** Verifies a tenant's journal, or one case's, as it is stored: what an export would hold is checked as an export is. */
export const verifyJournal = (connection: Connection, options: ExportOptions): Promise<Verified> =>
  verifyExport(bytesOf(exportJournal(connection, options)));
