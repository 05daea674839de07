import type { Connection } from 'mongoose';
import { verifyExport, type Verified } from '../engine/verifyExport.js';
import { exportJournal, type ExportOptions } from './exportJournal.js';

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const line of lines) yield Buffer.from(`${line}\n`);
}

/**
 * Verifies a tenant's journal, or one case's, as it is stored: what an export would hold is checked as an export is,
 * and the closed days also against what moved on them.
 */
export async function verifyJournal(connection: Connection, options: ExportOptions): Promise<Verified> {
  const verified = await verifyExport(bytesOf(exportJournal(connection, options)));
  const days = options.only === undefined ? await options.closings.verify(options.tenant) : [];
  const known = new Set(verified.faults.map((fault) => JSON.stringify(fault)));
  return {
    ...verified,
    faults: [...verified.faults, ...days.filter((fault) => !known.has(JSON.stringify(fault)))],
  };
}
