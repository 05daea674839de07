import type { SourceYear } from '../engine/cells.js';
import type { Money } from '../../workflows/vocabulary.js';

/** One cell of an allocation: what an estimate gets from a source in a year, đồng. */
export interface AllocationRow extends SourceYear {
  readonly id: string;
  readonly estimate: string;
  readonly amount: Money;
  readonly note?: string;
}

/** An allocation while it is drafted. */
export interface AllocationDraft {
  readonly lines: readonly AllocationRow[];
  /** Numbers the ids of rows; an id is never used again. */
  readonly nextLine: number;
}

/** What SEND_UP freezes. `estimates` carries what each was asked, appraised and approved for. */
export interface AllocationContent {
  readonly kind: 'allocation';
  readonly code: string;
  readonly lineage: string;
  readonly ordinal: number;
  readonly round: string;
  readonly rows: readonly AllocationRow[];
  readonly estimates: readonly {
    readonly case: string;
    readonly code: string;
    readonly owner: string;
    readonly requested: Money;
    readonly appraised: Money;
    readonly approved: Money;
    readonly allocated: Money;
  }[];
  readonly total: Money;
}
