import type { Case } from '../engine/ports.js';
import { topOf, type Given, type Turn, type Turns } from '../engine/shared.js';
import { eventRefused } from '../errors.js';

/** Whether a consolidation takes members in and lets them go. */
export const gathers = (found: Case): boolean => topOf(found) === 'gathering';

/**
 * Who may gather in a round: one consolidation at a time, however many want to at once. The turn is taken before the
 * step that leads into `gathering` and names that step; it passes on once its case has taken that step, or another
 * in its place, and does not gather.
 */
export const turnsOf = ({ cases, turns }: Pick<Given, 'cases'> & { turns: Turns }) => {
  const isOver = async (tenant: string, turn: Turn): Promise<boolean> => {
    const holder = await cases.load({ tenant, id: turn.case });
    // One that has not taken its step yet may still take it.
    return holder !== null && holder.seq >= turn.seq && !gathers(holder);
  };

  return {
    /** The code of another consolidation of the round that gathers; none while this one may. */
    async otherThan({ tenant, round, id }: Pick<Case, 'tenant' | 'round' | 'id'>): Promise<string | null> {
      const all = await cases.inRound(tenant, 'consolidation', round);
      return all.find((one) => one.id !== id && gathers(one))?.code ?? null;
    },

    /** Takes the turn for the step `seq` of a case. Harmless when repeated. @throws {Refusal} when it is another's */
    async take(
      { tenant, round, id, code }: Pick<Case, 'tenant' | 'round' | 'id' | 'code'>,
      { seq, event, state }: { seq: number; event: string; state: Case['state'] | null },
    ): Promise<void> {
      const turn = { tenant, round, case: id, code, seq };
      for (;;) {
        const held = await turns.load({ tenant, round });
        if (held?.case === id && held.seq === seq) return;
        if (held && held.case !== id && !(await isOver(tenant, held))) {
          throw anotherGathers(event, state, held.code);
        }
        if (await turns.take(turn, held)) return;
      }
    },
  };
};

/** Told with the code of the one that gathers. */
export const anotherGathers = (event: string, state: Case['state'] | null, code: string) =>
  eventRefused(event, state, ['noOtherGathers'], { another: code });
