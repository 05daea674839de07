import { describe, expect, it } from '@jest/globals';
import type { DocumentNumber, RegisterAct } from '../../workflows/vocabulary.js';
import type { Case, Entry } from '../../src/engine/ports.js';
import { createHandlers } from '../../src/outbox/handlers.js';

const at = '2025-10-31T02:00:00.000Z';
const numbered = (agency: string, type: string, number: number): DocumentNumber => ({
  agency,
  type,
  year: 2025,
  number,
  symbol: `${type}-${agency}`,
  day: '2025-10-31',
});

/** A case of SYT that issued 04/TTr and holds 05/TTr and, at the authority, 02/QĐ for steps that never came. */
const handlers = () => {
  const held = [numbered('SYT', 'TTr', 4), numbered('SYT', 'TTr', 5), numbered('UBND', 'QĐ', 2)].map(
    (one) => ({
      ...one,
      tenant: 'canTho',
      key: `c:${one.type}:${one.number}`,
    }),
  );
  const gone: string[] = [];
  const parties = { owner: 'SYT', reviewer: 'SKHCN', authority: 'UBND', cityOffice: 'VP' };
  const { register } = createHandlers({
    clock: { now: () => at, set: true },
    load: () => Promise.resolve({ id: 'c', tenant: 'canTho', context: { parties } } as unknown as Case),
    history: () =>
      Promise.resolve([
        { event: { type: 'ISSUE', facts: { number: numbered('SYT', 'TTr', 4) } } } as unknown as Entry,
      ]),
    notices: { put: () => Promise.resolve() },
    make: () => Promise.reject(new Error('nothing is printed here')),
    papers: { put: () => Promise.resolve() },
    registers: {
      heldBy: ({ agency }) => Promise.resolve(held.filter((one) => one.agency === agency)),
      voidHeld: ({ agency, type, number, reason }) => {
        gone.push(`${agency} ${number}/${type}: ${reason}`);
        return Promise.resolve();
      },
    },
    ledgers: { confirm: () => Promise.resolve(), release: () => Promise.resolve() },
  });
  const carryOut = async (params: RegisterAct) => {
    await register(
      { type: 'register', params },
      { id: 'canTho/c/9/0', tenant: 'canTho', case: 'c', at, tries: 1 },
    );
    return gone;
  };
  return carryOut;
};

describe('the numbers of a case', () => {
  it('that no step has used are void when it ends, in every register', async () => {
    const gone = await handlers()({ act: 'void', reason: 'caseEnded' });

    expect(gone).toEqual(['SYT 5/TTr: caseEnded', 'UBND 2/QĐ: caseEnded']);
  });

  it('of a withdrawn paper are marked, and no other', async () => {
    const gone = await handlers()({ act: 'replace', reason: 'withdrawn', number: numbered('SYT', 'TTr', 4) });

    expect(gone).toEqual(['SYT 4/TTr: withdrawn']);
  });
});
