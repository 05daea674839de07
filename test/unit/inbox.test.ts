import { describe, expect, it } from '@jest/globals';
import { createInbox } from '../../src/inbox/inbox.js';
import type { Case } from '../../src/engine/ports.js';
import { aCity } from '../builders/city.js';
import { peopleOf } from '../builders/roads.js';

const { officer } = peopleOf('SYT');

describe('an inbox in which most rows wait for others', () => {
  it('is looked through by whole pages, and goes on where it was cut', async () => {
    const city = aCity();
    const { id } = await city.start(officer, 'estimate');
    const found = await city.load(id);
    const rows = Array.from({ length: 130 }, (_, at) => ({
      case: `c${at}`,
      place: String(at).padStart(3, '0'),
    }));
    // Only every tenth is theirs.
    const isTheirs = ({ id: of }: Pick<Case, 'id'>) => Number(of.slice(1)) % 10 === 9;
    let looks = 0;
    const inbox = createInbox({
      listed: ({ after = '', limit }) => {
        looks += 1;
        const left = rows.filter(({ place }) => place > after);
        const items = left.slice(0, limit);
        const next = left.length > limit ? items.at(-1)!.place : null;
        return Promise.resolve({ items: items as never[], next });
      },
      cases: {
        loadMany: (_, ids) => Promise.resolve(ids.map((of) => ({ ...found, id: of }))),
      },
      awaitedOf: (one) =>
        Promise.resolve(
          isTheirs(one)
            ? [
                {
                  event: 'SEND_UP',
                  permits: ['officer@owner'],
                  to: { kind: 'estimate', context: found.context },
                },
              ]
            : [],
        ),
      clock: city.clock,
    });
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof inbox>> = await inbox(officer, {
        limit: 5,
        ...(after && { after }),
      });
      expect(page.items.length).toBeLessThanOrEqual(5);
      seen.push(...page.items.map((row) => row.case));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual(rows.map((row) => row.case).filter((of) => isTheirs({ id: of })));
    expect(looks).toBeLessThanOrEqual(130 / 5 + 3);
  });
});
