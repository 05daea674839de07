import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChainFault } from '../../src/engine/chain.js';
import { canonical, entryAfter, genesis, hashOf, unhashed, verifyChain } from '../../src/engine/journal.js';
import type { Entry } from '../../src/engine/ports.js';
import { anEntryDraft, aHistory } from '../builders/histories.js';

const of = { tenant: 'canTho', case: 'case1' };
const headOf = (entries: readonly Entry[]) => ({ head: entries.at(-1)!.hash, seq: entries.at(-1)!.seq });
const verify = (entries: readonly Entry[], whole = entries) => verifyChain(of, entries, headOf(whole));
const named = (faults: readonly ChainFault[]) => faults.map(({ seq, fault }) => `${seq} ${fault}`);

/** A history of at least four entries, and a place in it that is neither first nor last. */
const histories = fc
  .integer({ min: 4, max: 12 })
  .chain((length) =>
    fc.record({ entries: fc.constant(aHistory(length)), at: fc.integer({ min: 1, max: length - 2 }) }),
  );

describe('the canonical form', () => {
  it('sorts keys by code unit and leaves out what is undefined, as RFC 8785 asks', () => {
    expect(canonical({ b: 1, a: { d: undefined, c: [1, 'x', null] }, '€': 1e21, A: -0 })).toBe(
      '{"A":0,"a":{"c":[1,"x",null]},"b":1,"€":1e+21}',
    );
  });

  it('gives composed and decomposed Vietnamese the same bytes, in keys as well', () => {
    const text = 'Đề nghị phê duyệt';
    expect(canonical({ [text.normalize('NFD')]: text.normalize('NFD'), z: 1 })).toBe(
      canonical({ [text]: text, z: 1 }),
    );
  });

  it.each([NaN, Infinity, undefined, '\ud800'])('refuses %p, which is no JSON', (value) => {
    expect(() => canonical(value)).toThrow();
  });

  it('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(hashOf(turned)).toBe(hashOf(value));
      }),
    );
  });
});

describe('an entry', () => {
  it('names the hash of the one before it, and its own hash covers all the rest', () => {
    const first = entryAfter({ head: genesis, seq: 0 }, anEntryDraft(of, 1));
    const second = entryAfter({ head: first.hash, seq: 1 }, anEntryDraft(of, 2));
    expect(second.previous).toBe(first.hash);
    expect(second.seq).toBe(2);
    expect(second.hash).toBe(hashOf(unhashed(second)));
  });
});

describe('verifying a chain', () => {
  it('finds nothing in a history as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ entries }) => expect(await verify(entries)).toEqual([])),
    );
  });

  it('names the entry that was edited, whichever field it was', async () => {
    const fields = [
      'at',
      'clockSet',
      'actor',
      'permit',
      'event',
      'from',
      'to',
      'content',
      'cause',
      'version',
    ] as const;
    await fc.assert(
      fc.asyncProperty(histories, fc.constantFrom(...fields), async ({ entries, at }, field) => {
        const edited = entries.with(at, { ...entries[at]!, [field]: 'other' });
        expect(named(await verify(edited, entries))).toEqual([`${at + 1} edited`]);
      }),
    );
  });

  it('names the link behind an entry that was edited together with its hash', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ entries, at }) => {
        const body = { ...unhashed(entries[at]!), content: 'f'.repeat(64) };
        const forged = entries.with(at, { ...body, hash: hashOf(body) });
        expect(named(await verify(forged, entries))).toEqual([`${at + 2} unlinked`]);
      }),
    );
  });

  it('names the last entry when it was edited together with its hash', async () => {
    const entries = aHistory(5);
    const body = { ...unhashed(entries[4]!), content: 'f'.repeat(64) };
    expect(named(await verify([...entries.slice(0, 4), { ...body, hash: hashOf(body) }], entries))).toEqual([
      '5 head',
    ]);
  });

  it('names the entry that is missing', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ entries, at }) => {
        const faults = named(await verify(entries.toSpliced(at, 1), entries));
        expect(faults).toEqual([`${at + 1} missing`]);
      }),
    );
  });

  it('names the entry that was inserted, also when it is a copy of another', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async ({ entries, at }, which) => {
        const copy = entries[which % (at + 1)]!;
        expect(named(await verify(entries.toSpliced(at + 1, 0, copy), entries))).toEqual([
          `${copy.seq} inserted`,
        ]);
      }),
    );
  });

  it('names both that were swapped', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ entries, at }) => {
        const swapped = entries.with(at, entries[at + 1]!).with(at + 1, entries[at]!);
        expect(named(await verify(swapped, entries))).toEqual([`${at + 1} swapped`]);
      }),
    );
  });

  it('finds contents that were swapped while the numbers stayed', async () => {
    const entries = aHistory(6);
    const swapped = entries.with(2, { ...entries[3]!, seq: 3 }).with(3, { ...entries[2]!, seq: 4 });
    expect(named(await verify(swapped, entries))).toEqual(expect.arrayContaining(['3 edited', '4 edited']));
  });

  it('names the first entry of a tail that was cut off, down to an empty journal', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async ({ entries }, cut) => {
        const kept = cut % entries.length;
        expect(named(await verify(entries.slice(0, kept), entries))).toEqual([`${kept + 1} cutOff`]);
      }),
    );
  });

  it('names the first entry beyond where the case stands', async () => {
    const entries = aHistory(6);
    expect(named(await verify(entries, entries.slice(0, 4)))).toEqual(['5 inserted']);
  });

  it("finds another case's entry put in the place of its own", async () => {
    const entries = aHistory(5);
    const foreign = aHistory(5, { tenant: 'canTho', case: 'case2' });
    expect(named(await verify(entries.with(2, foreign[2]!), entries))).toContain('3 edited');
  });
});
