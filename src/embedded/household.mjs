import { stoppedByItself } from './refusals.mjs';

/** @typedef {ReturnType<typeof createHousehold>} Household */

/**
 * Remembers what was started, and ends it in the opposite order, once.
 * @param {(reason: Error) => void} onLoss told when something that should go on has ended by itself
 * @param {(complaint: string) => void} onTrouble told what could not be ended
 */
export function createHousehold(onLoss, onTrouble) {
  /** @type {(() => Promise<void>)[]} */
  const ends = [];
  /** @type {Promise<void> | undefined} */
  let ending;

  const endAll = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) {
      // One that cannot be ended must not keep the others alive.
      await end().catch((error) => onTrouble(error instanceof Error ? error.message : String(error)));
    }
  };

  return {
    /** @param {() => Promise<void>} end */
    add: (end) => void ends.push(end),
    /** @param {string} name @param {string} how it ended @param {string} log */
    lost: (name, how, log) => {
      if (!ending) onLoss(stoppedByItself(name, how, log));
    },
    end: () => (ending ??= endAll()),
  };
}
