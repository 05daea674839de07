import { describe, expect, it } from '@jest/globals';
import type { AllocationContext } from '../../workflows/allocation.v1.js';
import { stamped, tracks } from '../builders/steps.js';
import { askAt, closedBy, follow, type Place } from '../builders/walk.js';

const at = (...names: string[]) => follow('allocation', names);
const on = (place: Place, ...names: string[]) => follow('allocation', names, place);
const contextOf = ({ context }: Place) => context as AllocationContext;

const decidable = ['sendUp', 'endorse', 'sign', 'issue', 'pass'] as const;
const ledger = { round: '2025-1', lineage: 'PB-1', ordinal: 1 };

describe('an allocation', () => {
  it('waits for the security conditions, when it is sent up and when it is decided', () => {
    const open = (place: Place, name: string) => {
      const step = tracks.allocation.steps[name]!;
      return askAt('allocation', place).closed(
        stamped({ ...step, facts: { ...step.facts, conditions: { open: 1 } } }),
      );
    };
    expect(open(at(), 'sendUp')).toEqual(['conditionsMet']);
    expect(open(at(...decidable), 'approve')).toEqual(['conditionsMet']);
  });

  it('confirms its money and tells its rows when it is approved, and is assigned when all have answered', () => {
    const place = at(...decidable, 'approve');
    expect(place.intents.map(({ type }) => type)).toEqual(['ledger', 'tellRows', 'render', 'notify']);
    expect(place.intents[0]).toEqual({ type: 'ledger', params: { act: 'confirm', ...ledger } });
    expect(on(place, 'answeredOne').state).toBe('approved');
    expect(on(place, 'answeredOne', 'answeredOne').state).toBe('assigned');
  });

  it.each(['deciderBack', 'decline'])('gives its money back: %s', (name) => {
    expect(at(...decidable, name).intents).toContainEqual({
      type: 'ledger',
      params: { act: 'release', ...ledger },
    });
  });

  it('gives its money back when it is abandoned', () => {
    expect(at('abandon')).toMatchObject({ state: 'abandoned', done: true });
    expect(at('abandon').intents.map(({ type }) => type)).toEqual(['ledger', 'register']);
  });

  it('comes back to its draft from the office and from the authority: a new pass, a new revision', () => {
    for (const way of [
      ['sendUp', 'endorse', 'sign', 'issue', 'officeBack'],
      [...decidable, 'deciderBack'],
    ]) {
      const place = at(...way);
      expect([place.state, contextOf(place).pass]).toEqual(['drafting', 1]);
      expect(contextOf(on(place, 'sendUp', 'endorse', 'sign', 'issue')).revision).toBe(2);
    }
  });

  it('is superseded by its adjustment, whether all rows had answered or not', () => {
    for (const way of [['approve'], ['approve', 'answered']]) {
      expect(at(...decidable, ...way, 'superseded')).toMatchObject({ state: 'superseded', done: true });
    }
    expect(
      closedBy('allocation', at(...decidable, 'approve', 'answered', 'superseded'), 'superseded'),
    ).toEqual([]);
  });

  it('is not decided by somebody who prepared it', () => {
    const approve = tracks.allocation.steps['approve']!;
    const by = { ...approve.by, id: 'officer2@owner' };
    expect(askAt('allocation', at(...decidable)).closed(stamped({ ...approve, by }))).toEqual([
      'actorDidNotPrepare',
    ]);
  });
});
