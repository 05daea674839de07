import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { issueOf } from '../../src/papers/issueOf.js';
import { entitle } from '../../src/engine/mayDo.js';
import type { Signature } from '../../workflows/preparing.js';
import { kinds, roleOf, roles, type Kind, type Parties, type Permit } from '../../workflows/vocabulary.js';
import { signatureLines } from '../../src/documents/issue.js';
import { aDelegation, aPerson } from '../builders/people.js';
import { agencyOf, stamped, tracks, type Step } from '../builders/steps.js';
import { askAt, everyPlace, follow, stepFrom, type Place } from '../builders/walk.js';

/** Who has had no hand in any case yet. */
const somebody = 'somebody';

/** All signatures of somebody, wherever a case or what it owes has one. */
const signaturesBy = (id: string, value: unknown): Signature[] => {
  if (typeof value !== 'object' || value === null) return [];
  const one = value as Partial<Signature>;
  const own = one.id === id && one.role !== undefined ? [one as Signature] : [];
  return [...own, ...Object.values(value).flatMap((inner) => signaturesBy(id, inner))];
};

interface Signing {
  readonly kind: Kind;
  readonly place: Place;
  readonly step: Step;
  readonly permits: readonly Permit[];
}

/** Every step of every machine that somebody signs, at a place where it is open. */
const signings = kinds.flatMap((kind) => {
  const found = new Map<string, Signing>();
  for (const { place } of everyPlace(kind)) {
    if (place.done) continue;
    for (const [name, step] of Object.entries(tracks[kind].steps)) {
      const permits = askAt(kind, place).permits(step.type);
      const key = `${name} ${JSON.stringify(place.state)}`;
      if (found.has(key) || permits.length === 0 || permits.includes('system')) continue;
      const moved = stepFrom(kind, place, { ...step, by: { ...step.by, id: somebody } });
      if (!moved || signaturesBy(somebody, [moved.context, moved.intents]).length === 0) continue;
      found.set(key, { kind, place, step, permits });
    }
  }
  return [...found.values()];
});

const partiesOf = ({ context }: Place) => (context as { parties: Parties }).parties;

/** The signatures that a step leaves when somebody with these roles takes it; nothing where they may not. */
const signedBy = (
  { kind, place, step, permits }: Signing,
  own: Parameters<typeof aPerson>[0]['roles'],
  delegations: Parameters<typeof aPerson>[0]['delegations'] = [],
) => {
  const person = aPerson({ id: somebody, agency: step.by.agency, roles: own, delegations });
  const found = { kind, context: { parties: partiesOf(place) } };
  const entitled = entitle({ person, found, permits, day: '2025-10-01' });
  if (!entitled) return null;
  const moved = askAt(kind, place).take(stamped({ ...step, by: entitled.actor }, entitled.permit));
  return { ...entitled, signatures: signaturesBy(somebody, [moved.context, moved.intents]) };
};

describe('who signs', () => {
  it('signs in every machine', () => {
    expect(new Set(signings.map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  it('signs in the role by which the step was permitted, whatever other roles they have, in whatever order', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...roles], { minLength: 1 }),
        fc.constantFrom(...signings),
        (own, signing) => {
          const signed = signedBy(signing, own);
          if (!signed) return;
          expect(signed.signatures.length).toBeGreaterThan(0);
          for (const { role } of signed.signatures) expect(role).toBe(roleOf(signed.permit));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('signs for another in the role and capacity that were delegated, whatever roles they have', () => {
    const giver = aPerson({ agency: agencyOf('owner'), roles: ['leader'] });
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...roles]),
        fc.constantFrom(...signings),
        fc.constantFrom('KT' as const, 'TL' as const, 'TUQ' as const),
        (own, signing, capacity) => {
          const signed = signedBy(signing, own, [aDelegation(giver, 'leader', { capacity })]);
          if (!signed) return;
          for (const { role, actingFor } of signed.signatures) {
            expect(role).toBe(roleOf(signed.permit));
            expect(actingFor?.capacity).toBe(signed.actor.actingFor && capacity);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a deputy who is an officer too', ['officer', 'deputy'], ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC']],
    ['a head of unit who is a deputy too', ['unitHead', 'deputy'], ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC']],
    ['a deputy who is the head', ['deputy', 'leader'], ['GIÁM ĐỐC']],
  ] as const)('%s stands under a proposal as the decree has it', (_, own, lines) => {
    const place = follow('estimate', ['sendUp', 'endorse']);
    const step = tracks.estimate.steps['sign']!;
    const permits = askAt('estimate', place).permits('SIGN');
    const [signature] = signedBy({ kind: 'estimate', place, step, permits }, own)!.signatures;
    const { issuer, signer } = issueOf({
      agency: {
        ...{ tenant: 'canTho', ref: 'SYT', name: 'Sở Y tế', issuer: 'Sở Y tế', kind: 'SO_BAN_NGANH' },
        ...{ order: 1, hasUnits: true, submits: true, units: [] },
      },
      city: { name: 'thành phố Cần Thơ', place: 'Cần Thơ' },
      number: { agency: 'SYT', type: 'TTr', year: 2025, number: 1, symbol: 'TTr-SYT', day: '2025-10-01' },
      signature: signature!,
      addressees: [],
      recipients: [],
    });
    expect(signatureLines(issuer, signer)).toEqual(lines);
  });
});
