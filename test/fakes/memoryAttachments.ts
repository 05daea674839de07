import { createHash } from 'node:crypto';
import type { Attachments } from '../../src/engine/attachments.js';
import type { CaseRef } from '../../src/engine/ports.js';

/** The scan of a paper as a clerk might attach it. */
export const aScan = Buffer.from('%PDF-1.7\n% a resolution\nstartxref\n0\n%%EOF\n');
export const scanHash = createHash('sha256').update(aScan).digest('hex');

/** Files of cases in memory; `attach` says that a case has the scan. */
export const memoryAttachments = (): Pick<Attachments, 'find'> & { attach(id: string): string } => {
  const having = new Set<string>();
  return {
    find: ({ id }: CaseRef, hash) =>
      Promise.resolve(
        hash === scanHash && having.has(id)
          ? {
              hash,
              name: 'Nghị quyết.pdf',
              mime: 'application/pdf',
              size: aScan.length,
              by: 'p1',
              at: '2025-10-30T02:00:00.000Z',
            }
          : null,
      ),
    attach: (id) => {
      having.add(id);
      return scanHash;
    },
  };
};
