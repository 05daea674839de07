import type { Contest } from './contest.js';
import { document } from './document.js';
import { growth } from './growth.js';
import { journal } from './journal.js';
import { memory } from './memory.js';
import { stepMemory } from './stepMemory.js';
import { stepStore } from './stepStore.js';

/** What runs, in this order; each by its name on the command line. */
export const contests: Readonly<Record<string, Contest>> = {
  step: stepStore,
  memoryStep: stepMemory,
  growth,
  journal,
  document,
  memory,
};
