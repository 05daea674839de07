import { addCalendarDays, dayOf } from '../../workflows/calendar.js';
import { paperTypes } from '../engine/numbers.js';
import type { CaseRef, Clock, Entry } from '../engine/ports.js';
import { nameOf, usedNumbers, type HeldNumber } from './usedNumbers.js';

interface OldRegister {
  readonly tenant: string;
  readonly agency: string;
  readonly type: string;
  readonly year: number;
  readonly next: number;
  readonly held: readonly HeldNumber[];
}

interface Means {
  readonly clock: Clock;
  /** All entries of a case, oldest first, filed or owed. */
  readonly history: (ref: CaseRef) => Promise<Entry[]>;
  readonly registers: {
    before(tenant: string, year: number): Promise<readonly OldRegister[]>;
    voidHeld(held: HeldNumber & { reason: string; at: string }): Promise<void>;
    markOver(register: OldRegister): Promise<void>;
  };
}

/** Days into a year in which a paper that was signed in the old one may still be issued with its day and number. */
const graceDays = 31;

/**
 * Voids the numbers of past years that were held and that no step has used; the register keeps them with the reason.
 * Who issues with a day of the old year afterwards all the same gets its next number. @returns how many were voided
 */
export const voidPastYears = async (
  { clock, history, registers }: Means,
  tenant: string,
): Promise<number> => {
  const year = Number(addCalendarDays(dayOf(clock.now()), -graceDays).slice(0, 4));
  let voided = 0;
  for (const register of await registers.before(tenant, year)) {
    // The other registers give cases their codes, which are no papers.
    if ((paperTypes as readonly string[]).includes(register.type)) {
      for (const held of register.held) {
        const used = usedNumbers(await history({ tenant, id: caseOf(held) }));
        if (used.has(nameOf(held))) continue;
        await registers.voidHeld({ ...held, reason: 'yearTurned', at: clock.now() });
        voided += 1;
      }
    }
    await registers.markOver(register);
  }
  return voided;
};

const caseOf = ({ key }: HeldNumber) => key.split(':').slice(0, -2).join(':');
