import { describe, expect, it } from '@jest/globals';
import { settlingOverlap } from '../../src/consolidations/settling.js';
import type { Asked } from '../../src/engine/ports.js';

const parties = { owner: 'SKHCN', appraiser: 'STC', substitute: 'VP' };
const side = (id: string) => ({ agency: { id, name: id }, case: `of-${id}`, lineId: 'l1', lineName: 'Dòng' });

/** Somebody of an agency settles a group in which these agencies have sides. */
const settled = (by: string, ...sides: string[]) => {
  const group = { id: 'g', name: 'Hệ thống', sides: sides.map(side) };
  const settle = settlingOverlap({} as never, {
    membersOf: () => Promise.resolve([]),
    groupsOf: () => Promise.resolve([group] as never),
  });
  return settle({
    found: { kind: 'consolidation', tenant: 'canTho', state: 'gathering', context: { parties } },
    event: { type: 'SETTLE_OVERLAP', group: 'g', decision: 'merge' },
    actor: { agency: by },
  } as unknown as Asked);
};

describe('an overlap', () => {
  it.each([
    ['whose sides include whoever asks', 'SKHCN', ['SKHCN', 'SYT'], 'ownsASide'],
    ['in which the owner has no side', 'STC', ['SYT', 'SXD'], 'ownerSettles'],
    ['in which only the owner has one', 'VP', ['SKHCN', 'SYT'], 'appraiserSettles'],
    ['in which the appraiser has one too', 'SXD', ['SKHCN', 'STC'], 'substituteSettles'],
    ['in which all have one', 'VP', ['SKHCN', 'STC', 'VP'], 'everyoneOwnsASide'],
  ])('%s is not theirs to settle, and they are told whose it is', async (_, by, sides, reason) => {
    await expect(settled(by, ...sides)).rejects.toMatchObject({
      code: 'EVENT_REFUSED',
      members: { reasons: [reason] },
    });
  });
});
