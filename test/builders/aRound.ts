import type { Money } from '../../workflows/vocabulary.js';
import type { Round } from '../../src/people/ports.js';
import { tenant } from './aCase.js';

/** A round whose only source, NSTP_CTX, has these amounts by year. */
export const aRound = (id: string, amounts: Readonly<Record<string, Money>>): Round => ({
  tenant,
  id,
  name: `Đợt ${id}`,
  fiscalYear: 2026,
  opens: '2025-09-01',
  deadlines: {
    department: '2025-09-20',
    commune: '2025-09-25',
    consolidation: '2025-10-10',
    finance: '2025-10-31',
  },
  envelopes: { NSTP_CTX: amounts },
  substitutes: { reviewer: 'VP', appraiser: 'VP', security: 'VP', authority: 'VP' },
});
