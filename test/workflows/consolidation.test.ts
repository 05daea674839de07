import { describe, expect, it } from '@jest/globals';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import { stamped, tracks, type Step } from '../builders/steps.js';
import { askAt, bornPlace, closedBy, follow, type Place } from '../builders/walk.js';

const at = (...names: string[]) => follow('consolidation', names);
const on = (place: Place, ...names: string[]) => follow('consolidation', names, place);
const contextOf = ({ context }: Place) => context as ConsolidationContext;
const why = (place: Place, name: string) => closedBy('consolidation', place, name);

const frozen = ['add', 'included', 'freeze'] as const;
const sent = [...frozen, 'sendUp', 'endorse', 'sign', 'issue'] as const;
const appraising = [...sent, 'receive', 'forwarded'] as const;
const checked = [...appraising, 'conclude', 'signAppraisal', 'issueAppraisal'] as const;
const decidable = [...checked, 'appraised', 'pass'] as const;

describe('a consolidation that gathers', () => {
  it('counts its members by what they answered', () => {
    const asked = at('add');
    expect(contextOf(asked)).toMatchObject({ pending: 2, members: 0 });
    expect(contextOf(on(asked, 'includedOne'))).toMatchObject({ pending: 1, members: 1 });
    expect(contextOf(on(asked, 'included', 'remove', 'released'))).toMatchObject({ pending: 0, members: 0 });
  });

  it('keeps who refused, and why, until the next batch', () => {
    const step = {
      ...tracks.consolidation.steps['included']!,
      done: 1,
      refused: [{ case: '2', reason: 'notHere' }],
    };
    const place = askAt('consolidation', at('add')).take(stamped(step));
    expect(contextOf(place)).toMatchObject({
      pending: 0,
      members: 1,
      refused: [{ case: '2', reason: 'notHere' }],
    });
    expect(contextOf(on(place, 'add')).refused).toEqual([]);
  });

  it('is not frozen while rows are pending, empty, or something does not fit', () => {
    expect(why(at('add'), 'freeze')).toEqual(['nothingPending', 'hasMembers']);
    expect(why(bornPlace('consolidation'), 'freeze')).toEqual(['hasMembers']);
    const freeze = tracks.consolidation.steps['freeze']!;
    const asked = (facts: object) =>
      askAt('consolidation', at('add', 'included')).closed(
        stamped({ ...freeze, facts: { ...freeze.facts, ...facts } }),
      );
    expect(asked({ overlaps: { open: 1, settlers: [] } })).toEqual(['overlapsSettled']);
    expect(asked({ crossFoot: { faults: 1 } })).toEqual(['crossFoots']);
    expect(asked({ disagreements: { count: 1 } })).toEqual(['noOpinionDisagrees']);
    expect(asked({})).toEqual([]);
  });

  it('has as preparers all who added, removed, settled, froze and sent it up', () => {
    const by = (name: string, id: string) => ({
      ...tracks.consolidation.steps[name]!,
      by: { ...tracks.consolidation.steps[name]!.by, id },
    });
    let place: Place = bornPlace('consolidation');
    for (const step of [
      by('add', 'a'),
      by('included', 'system'),
      by('settle', 'b'),
      by('overlapTold', 'system'),
      by('freeze', 'c'),
      by('sendUp', 'd'),
    ])
      place = askAt('consolidation', place).take(stamped(step));
    expect(contextOf(place).preparation.preparers).toEqual(['a', 'b', 'c', 'd']);
    const again = on(place, 'recall');
    const sent = askAt('consolidation', again).take(stamped(by('sendUp', 'e')));
    expect(contextOf(sent).preparation.preparers).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('a consolidation at Finance', () => {
  it('comes back to the frozen rows when it is refused or withdrawn: a new pass', () => {
    for (const name of ['refuseReceipt', 'withdraw']) {
      const place = at(...sent, name);
      expect([place.state, contextOf(place).pass, contextOf(place).content !== null]).toEqual([
        'frozen',
        1,
        true,
      ]);
    }
  });

  it('tells its rows through frozen orders, and waits for them', () => {
    const received = at(...sent, 'receive');
    expect(received.intents).toEqual([{ type: 'tellRows', params: { orders: 'o'.repeat(64), count: 2 } }]);
    expect(why(received, 'conclude')).toEqual(['nothingPending']);
    expect(why(received, 'return')).toEqual(['nothingPending']);
  });

  it('stands still while papers are supplied, and resumes so', () => {
    const place = at(...appraising, 'requestSupplement');
    expect(place.state).toEqual({ appraising: 'supplementing' });
    expect(why(place, 'conclude')).toEqual(['noSupplementAsked']);
    expect(on(place, 'supply').state).toEqual({ appraising: 'complete' });
    expect(on(place, 'takeBackSupplement').state).toEqual({ appraising: 'complete' });
    expect(contextOf(on(place, 'return'))).toMatchObject({ supplement: null });
  });

  it('goes back to gathering with the rows that were not sent back still its members', () => {
    const place = at(...appraising, 'return');
    expect(place.state).toBe('gathering');
    expect(contextOf(place)).toMatchObject({
      pass: 1,
      pending: 2,
      members: 2,
      content: null,
      appraisal: null,
    });
    const one = { ...tracks.consolidation.steps['sentBack']!, done: 1 };
    const half = askAt('consolidation', place).take(stamped(one));
    const settled = askAt('consolidation', half).take(
      stamped({ ...tracks.consolidation.steps['heldBack']!, done: 1 }),
    );
    expect(contextOf(settled)).toMatchObject({ pending: 0, members: 1 });
  });

  it('is signed by somebody who did not appraise', () => {
    const place = at(...appraising, 'conclude');
    const sign = tracks.consolidation.steps['signAppraisal']!;
    const as = (id: string) =>
      askAt('consolidation', place).closed(stamped({ ...sign, by: { ...sign.by, id } }));
    expect([as('officer@appraiser'), as('leader@appraiser')]).toEqual([['actorDidNotAppraise'], []]);
  });

  it('is not signed by whoever concluded before it came back and another concluded the same', () => {
    const { conclude, signAppraisal } = tracks.consolidation.steps;
    const as = (step: Step, id: string) => stamped({ ...step, by: { ...step.by, id } });
    for (const way of [['appraisalBack'], ['signAppraisal', 'clerkOfFinanceBack']]) {
      const first = askAt('consolidation', at(...appraising)).take(as(conclude!, 'first'));
      const again = askAt('consolidation', on(first, ...way)).take(as(conclude!, 'second'));
      const closed = (id: string) => askAt('consolidation', again).closed(as(signAppraisal!, id));
      expect([closed('first'), closed('second')]).toEqual([['actorDidNotAppraise'], ['actorDidNotAppraise']]);
    }
  });

  it('is appraised anew by anybody after the whole table came back', () => {
    expect(contextOf(at(...appraising, 'conclude')).appraisers).toEqual(['officer@appraiser']);
    expect(contextOf(at(...appraising, 'conclude', 'appraisalBack', 'return')).appraisers).toEqual([]);
  });

  it('is signed anew after the office sent it back, and its rows are told again', () => {
    const place = at(...checked, 'appraised', 'officeBack');
    expect([place.state, contextOf(place).financeSigner]).toEqual(['financeLeader', null]);
    expect(contextOf(on(place, 'signAppraisal', 'issueAppraisal'))).toMatchObject({ pending: 2, reports: 2 });
    expect(contextOf(on(place, 'appraisalBack')).appraisal).toBeNull();
  });
});

describe('a consolidation before the authority', () => {
  it('waits until all rows have their amount', () => {
    expect(why(at(...checked), 'pass')).toEqual(['nothingPending']);
  });

  it.each(['approve', 'approveAdjusted'])('is closed when all rows have answered: %s', (name) => {
    const place = at(...decidable, name);
    expect([place.state, contextOf(place).pending]).toEqual(['approved', 2]);
    expect(on(place, 'answered')).toMatchObject({ state: 'closed', done: true });
  });

  it('is closed after a refusal as well', () => {
    expect(on(at(...decidable, 'decline'), 'answered')).toMatchObject({ state: 'closed', done: true });
  });

  it('is not decided by somebody who prepared it', () => {
    const { approve } = tracks.consolidation.steps;
    const closed = askAt('consolidation', at(...decidable)).closed(
      stamped({ ...approve!, by: { ...approve!.by, id: 'officer@owner' } }),
    );
    expect(closed).toEqual(['actorDidNotPrepare']);
  });

  it('is explained and comes back', () => {
    const place = at(...decidable, 'askExplanation', 'explain');
    expect(place.state).toBe('awaitingDecision');
    expect(contextOf(place).explanation).toEqual({ question: 'Vì sao tăng?', answer: 'Do khối lượng' });
  });

  it('is resolved by the council, or taken back from it', () => {
    const council = at(...decidable, 'refer');
    expect(on(council, 'takeBack').state).toBe('awaitingDecision');
    expect([on(council, 'resolve').state, on(council, 'resolveAgainst').state]).toEqual([
      'approved',
      'declined',
    ]);
    expect(contextOf(on(council, 'resolveAgainst')).decision?.verdict).toBe('decline');
  });

  it('goes back one step for the office to look again', () => {
    expect(at(...decidable, 'deciderBack').state).toBe('officeCheck');
  });
});
