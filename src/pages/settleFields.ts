import { sum } from '../../workflows/money.js';
import type { OverlapGroup } from '../../workflows/rules/overlaps.js';
import { settlements, type Settlement } from '../consolidations/table.js';
import { sidesTakenOut } from '../consolidations/takingOut.js';
import { actFields, type ActContext } from './actFields.js';
import type { Field, Typed } from './form.js';
import type { Say } from './say.js';

const sumOf = (sides: OverlapGroup['sides']) => sum(sides.map(({ amount }) => amount));

/**
 * How a group of overlapping lines is settled: each way says what becomes of the figures, each agency what it would
 * keep.
 * @param ownMoney estimates that communes pay themselves: nothing is taken out of them
 * @param typed what was sent, where something was
 */
export const settleFields = (
  group: Pick<OverlapGroup, 'sides'>,
  {
    given,
    ownMoney,
    typed,
    say,
  }: { given: ActContext; ownMoney: ReadonlySet<string>; typed: Typed; say: Say },
): readonly Field[] => {
  const figures = (decision: Settlement, lead: string | null) => {
    const out = sumOf(sidesTakenOut(group, { decision, lead }, ownMoney));
    return { out, left: sumOf(group.sides) - out };
  };
  const agencies = new Map(group.sides.map(({ agency }) => [agency.id, agency.name]));
  const decision = settlements.find((settlement) => settlement === typed.decision);
  const lead = agencies.get(String(typed.lead));
  const ownWords: Readonly<Record<string, Partial<Field>>> = {
    decision: {
      choices: settlements.map((value) => ({
        value,
        text: say(`pages:overlapChoice.${value}`, figures(value, null)),
      })),
    },
    lead: {
      choices: [...agencies].map(([value, agency]) => ({
        value,
        text: say('pages:overlap.leadKeeps', { agency, ...figures('merge', value) }),
      })),
      ...(decision &&
        lead && {
          told: {
            'any.unknown': say('pages:overlap.noLead', {
              lead,
              decision: say(`pages:overlapDecision.${decision}`),
            }),
          },
        }),
    },
  };
  return actFields('SETTLE_OVERLAP', given, say).map((field) => ({ ...field, ...ownWords[field.name] }));
};
