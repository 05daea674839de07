import { describe, expect, it } from '@jest/globals';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { actorOf, tracks, stamped } from '../builders/steps.js';
import { askAt, bornPlace, closedBy, follow, type Place } from '../builders/walk.js';

const at = (...names: string[]) => follow('estimate', names);
const on = (place: Place, ...names: string[]) => follow('estimate', names, place);
const contextOf = ({ context }: Place) => context as EstimateContext;
const why = (place: Place, name: string) => closedBy('estimate', place, name);
const topOf = ({ state }: Place) => (typeof state === 'string' ? state : Object.keys(state)[0]);

const issued = ['sendUp', 'endorse', 'sign', 'issue'] as const;
const registered = [...issued, 'register'] as const;
const registeredWithSystem = ['sendUpSystem', 'endorse', 'sign', 'issue', 'register'] as const;
const eligible = [...registered, 'conclude', 'accept'] as const;
const appraising = [...eligible, 'include', 'forward'] as const;
const approved = [...appraising, 'appraised', 'approve'] as const;
const ownEligible = ['sendUpOwn', 'endorse', 'sign', 'issue', 'register', 'conclude', 'accept'] as const;

describe('an estimate inside its agency', () => {
  it('goes past the unit head only where there are no units', () => {
    expect(at('sendUp').state).toEqual({ preparing: 'unitReview' });
    const commune = bornPlace('estimate', { ...tracks.estimate.born, hasUnits: false });
    expect(on(commune, 'sendUp').state).toEqual({ preparing: 'leaderApproval' });
  });

  it('is not sent up empty or with errors, and says why', () => {
    const { sendUp } = tracks.estimate.steps;
    const asked = (draft: object) =>
      askAt('estimate', bornPlace('estimate')).closed(stamped({ ...sendUp!, facts: { draft } }));
    expect(asked({ rows: 0, errors: 0, editors: [] })).toEqual(['draftHasRows']);
    expect(asked({ rows: 2, errors: 3, editors: [] })).toEqual(['draftHasNoErrors']);
  });

  it('counts among its preparers whoever edited and whoever sent it up', () => {
    expect(contextOf(at('sendUp')).preparation.preparers).toEqual(['officer2@owner', 'officer@owner']);
  });

  it('still counts who sent it up before it came back and somebody else sent the same', () => {
    const sendUp = tracks.estimate.steps['sendUp']!;
    const again = { ...sendUp, by: { ...sendUp.by, id: 'officer3@owner' } };
    for (const way of [['recall'], ['endorse', 'signerBack'], ['recall', 'declareNil', 'reopenNil']]) {
      const place = askAt('estimate', at('sendUp', ...way)).take(stamped(again));
      expect(contextOf(place).preparation.preparers).toEqual([
        'officer2@owner',
        'officer3@owner',
        'officer@owner',
      ]);
    }
  });

  it('is endorsed and signed by others than its preparers, and by two', () => {
    const asked = (place: Place, name: string, id: string) => {
      const step = tracks.estimate.steps[name]!;
      return askAt('estimate', place).closed(stamped({ ...step, by: { ...step.by, id } }));
    };
    expect(asked(at('sendUp'), 'endorse', 'officer2@owner')).toEqual(['actorDidNotPrepare']);
    expect(asked(at('sendUp', 'endorse'), 'sign', 'officer@owner')).toEqual(['actorDidNotPrepare']);
    expect(asked(at('sendUp', 'endorse'), 'sign', 'unitHead@owner')).toEqual(['actorDidNotEndorse']);
    expect(asked(at('sendUp', 'endorse'), 'sign', 'leader@owner')).toEqual([]);
  });

  it('comes back to the draft with its signatures void, from wherever it is', () => {
    for (const way of [
      ['sendUp', 'endorserBack'],
      ['sendUp', 'recall'],
      ['sendUp', 'endorse', 'signerBack'],
      ['sendUp', 'endorse', 'recall'],
      ['sendUp', 'endorse', 'sign', 'clerkBack'],
    ]) {
      const place = at(...way);
      expect(place.state).toEqual({ preparing: 'draft' });
      expect(contextOf(place)).toMatchObject({
        revision: 0,
        pass: 0,
        preparation: { endorser: null, signer: null },
      });
    }
  });

  it('is recorded as signed for another, with both names', () => {
    const { sign } = tracks.estimate.steps;
    const by = {
      ...actorOf('deputy', 'owner'),
      actingFor: {
        id: 'leader@owner',
        name: 'leader owner',
        role: 'leader',
        capacity: 'KT',
        delegation: 'd1',
      },
    } as const;
    const signed = askAt('estimate', at('sendUp', 'endorse')).take(stamped({ ...sign!, by }, 'leader@owner'));
    expect(contextOf(signed).preparation.signer).toEqual({
      id: 'deputy@owner',
      name: 'deputy owner',
      day: '2025-10-01',
      role: 'leader',
      actingFor: { name: 'leader owner', capacity: 'KT' },
    });
  });

  it('says that there is none once, is reopened at any time, and never after its first issue', () => {
    const nil = at('declareNil', 'signNil');
    expect(contextOf(nil).nilSigned).toBe('2025-10-01');
    expect(why(nil, 'signNil')).toEqual(['nilNotSigned']);
    expect(contextOf(on(nil, 'reopenNil')).nilSigned).toBeNull();
    expect(why(at(...issued, 'withdraw'), 'declareNil')).toEqual(['neverIssued']);
  });

  it('is withdrawn before it is registered: a new pass, everything open, the revision kept', () => {
    const place = at(...issued, 'withdraw');
    expect(place.state).toEqual({ preparing: 'draft' });
    expect(contextOf(place)).toMatchObject({ pass: 1, revision: 1, openLines: 'all' });
    expect(contextOf(on(place, ...issued)).revision).toBe(2);
  });
});

describe('an estimate under review', () => {
  it('comes back with only the named lines open; its leader may open all', () => {
    const place = at(...registered, 'returnNamed');
    expect(contextOf(place)).toMatchObject({ openLines: ['l1'], pass: 1, returned: { lines: ['l1'] } });
    expect(contextOf(on(place, 'revise')).openLines).toEqual(['l1']);
    expect(contextOf(on(place, 'revise', 'openAll')).openLines).toBe('all');
    expect(contextOf(at(...registered, 'returnAll')).openLines).toBe('all');
    expect(contextOf(on(place, 'revise', ...issued)).openLines).toBe('all');
  });

  it('takes back open requests when it is returned', () => {
    const place = at(...registeredWithSystem, 'ask', 'requestSupplement', 'conclude', 'returnAll');
    expect(contextOf(place)).toMatchObject({ opinionAsked: null, supplement: null, conclusion: null });
  });

  it('is not accepted before everything is there, and tells all that is missing', () => {
    expect(why(at(...registered), 'accept')).toEqual(['linesConcluded']);
    expect(why(at(...registered, 'concludeReturning'), 'accept')).toEqual(['noLineToReturn']);
    const system = at(...registeredWithSystem, 'conclude');
    expect(why(system, 'accept')).toEqual(['opinionCoversLines']);
    expect(why(on(system, 'ask', 'requestSupplement'), 'accept')).toEqual([
      'noOpinionAsked',
      'noSupplementAsked',
      'opinionCoversLines',
    ]);
    expect(why(on(system, 'ask', 'disagree'), 'accept')).toEqual(['opinionNotAgainst']);
    expect(on(system, 'ask', 'agree', 'accept').state).toBe('eligible');
  });

  it('asks the Police only where a system is concerned, and again only when they disagree or the lines changed', () => {
    expect(why(at(...registered), 'ask')).toEqual(['systemIsConcerned']);
    const given = at(...registeredWithSystem, 'ask', 'agree');
    expect(why(given, 'ask')).toEqual(['opinionDisagreesOrIsOutdated']);
    expect(why(at(...registeredWithSystem, 'ask', 'disagree'), 'ask')).toEqual([]);
    const changed = on(
      given,
      'returnAll',
      'revise',
      'sendUpOtherSystem',
      'endorse',
      'sign',
      'issue',
      'register',
    );
    expect(changed.state).toMatchObject({ reviewing: { security: 'given' } });
    expect(why(changed, 'ask')).toEqual([]);
    expect(why(on(changed, 'conclude'), 'accept')).toEqual(['opinionCoversLines']);
  });

  it('goes back to the older opinion when a new request is taken back', () => {
    const first = at(...registeredWithSystem, 'ask');
    expect(on(first, 'takeBack').state).toMatchObject({ reviewing: { security: 'notAsked' } });
    const again = on(first, 'disagree', 'ask', 'takeBack');
    expect(again.state).toMatchObject({ reviewing: { security: 'given' } });
    expect(contextOf(again).opinion?.verdict).toBe('disagree');
  });

  it('stops its clock while papers are supplied, and starts a new one with each review', () => {
    const place = at(...registered, 'requestSupplement');
    expect(contextOf(place).supplement).toMatchObject({ due: '2025-10-10', since: '2025-10-01' });
    expect(contextOf(on(place, 'supply'))).toMatchObject({ supplement: null, pausedDays: 2 });
    expect(contextOf(on(place, 'supply', 'returnAll', 'revise', ...registered)).pausedDays).toBe(0);
  });

  it('resumes where it stood after REOPEN and after SENT_BACK', () => {
    const accepted = at(...registeredWithSystem, 'ask', 'agree', 'conclude', 'accept');
    const reopened = on(accepted, 'reopen');
    expect(reopened.state).toEqual({
      reviewing: { lines: 'concluded', security: 'given', dossier: 'complete' },
    });
    expect(contextOf(reopened)).toMatchObject({ summary: null, reviewed: null });
    const sentBack = on(accepted, 'include', 'forward', 'appraised', 'sentBack');
    expect(sentBack.state).toEqual({ reviewing: { lines: 'open', security: 'given', dossier: 'complete' } });
    expect(contextOf(sentBack)).toMatchObject({
      consolidation: null,
      conclusion: null,
      summary: null,
      reviewed: null,
      appraised: null,
    });
  });

  it('does not move when its deadline passes', () => {
    const place = at(...registeredWithSystem, 'ask');
    const late = on(place, 'deadline');
    expect(late.state).toEqual(place.state);
    expect(contextOf(late)).toEqual({ ...contextOf(place), overdue: '2025-09-30' });
  });
});

describe('a consolidated estimate', () => {
  it('obeys its own consolidation only', () => {
    expect(why(at(...eligible, 'include'), 'forwardOfStranger')).toEqual(['fromItsConsolidation']);
  });

  it('loses its amount when it is held back, and takes a new one', () => {
    const held = at(...appraising, 'appraised', 'heldBack');
    expect([held.state, contextOf(held).appraised]).toEqual(['consolidated', null]);
    expect(contextOf(on(held, 'forward', 'appraised', 'appraised')).appraised).toBe(800);
  });

  it('is released with nothing lost', () => {
    const released = at(...eligible, 'include', 'release');
    expect([released.state, contextOf(released).reviewed]).toEqual(['eligible', 900]);
  });
});

describe("a commune's own money", () => {
  it('is decided by the commune: a fact in any state from the first issue on, which moves nothing', () => {
    expect(why(at('sendUpOwn'), 'ownDecision')).toEqual(['issuedBefore']);
    for (const place of [
      at(...ownEligible.slice(0, 4)),
      at(...ownEligible.slice(0, 5)),
      at(...ownEligible.slice(0, 5), 'returnAll'),
      at(...ownEligible.slice(0, 5), 'returnAll', 'revise'),
      at(...ownEligible.slice(0, 5), 'returnAll', 'revise', 'sendUpOwn'),
      at(...ownEligible),
      at(...ownEligible, 'include'),
    ]) {
      const decided = on(place, 'ownDecision');
      expect(decided.state).toEqual(place.state);
      expect(contextOf(decided).ownDecision).toMatchObject({ verdict: 'approve', amount: 500 });
    }
    expect(why(at(...issued), 'ownDecision')).toEqual(['isOwnMoney']);
  });

  it('never goes to Finance, and ends noted and decided, in either order', () => {
    const included = at(...ownEligible, 'include');
    expect(why(included, 'forward')).toEqual(['isCityMoney']);
    const noted = on(included, 'noted');
    expect([noted.state, noted.done]).toEqual([{ noted: 'awaitingOwn' }, false]);
    for (const end of [on(noted, 'ownDecision'), on(included, 'ownDecision', 'noted')]) {
      expect([end.state, end.done]).toEqual([{ noted: 'done' }, true]);
    }
    expect(why(at(...eligible, 'include'), 'noted')).toEqual(['isOwnMoney']);
  });

  it('is sent back to review from where it is consolidated', () => {
    expect(topOf(at(...ownEligible, 'include', 'sentBack'))).toBe('reviewing');
    expect(why(at(...eligible, 'include'), 'sentBack')).toEqual(['isOwnMoney']);
  });
});

describe('an approved estimate', () => {
  it('is allocated when the sum over all lineages reaches what was approved', () => {
    const part = at(...approved, 'allocatedLess');
    expect(part.state).toBe('approved');
    expect(on(part, 'allocatedRest').state).toBe('allocated');
  });

  it('goes back when an adjustment gives less, and is closed by hand', () => {
    const less = at(...approved, 'allocatedWhole', 'allocatedLess');
    expect([less.state, contextOf(less).allocations]).toEqual([
      'approved',
      { 'PB-1': { ordinal: 2, amount: 400, case: 'allocation-2', number: null, outside: null } },
    ]);
    expect(on(less, 'close').state).toBe('allocated');
  });

  it('is not changed by an older word of the same lineage', () => {
    const newer = at(...approved, 'allocatedLess');
    expect(contextOf(on(newer, 'allocatedWhole'))).toEqual(contextOf(newer));
    expect(on(newer, 'allocatedWhole').state).toBe('approved');
  });

  it('has its security conditions confirmed once', () => {
    const conditional = at(
      ...[
        ...registeredWithSystem,
        'ask',
        'agreeIf',
        'conclude',
        'accept',
        'include',
        'forward',
        'appraised',
        'approve',
      ],
    );
    expect(contextOf(on(conditional, 'confirm')).conditionsMet).toBe(true);
    expect(why(on(conditional, 'confirm'), 'confirm')).toEqual(['conditionsOpen']);
    expect(why(at(...approved), 'confirm')).toEqual(['conditionsOpen']);
  });
});
