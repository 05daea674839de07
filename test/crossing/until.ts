import { setTimeout } from 'node:timers/promises';

/**
 * Looks again and again until it is so.
 * @param every how long it looks away, ms: longer where looking costs those who work
 * @throws when it is not so in time, s
 */
export const until = async (isSo: () => Promise<boolean>, seconds = 60, every = 25): Promise<void> => {
  const last = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > last) throw new Error(`It was not so within ${seconds} s.`);
    await setTimeout(every);
  }
};
