import { describe, expect, it } from '@jest/globals';
import { calendarAsOf } from '../../workflows/calendar.js';
import { dueDay, type RoundDates } from '../../workflows/deadlines.js';
import type { Kind } from '../../workflows/vocabulary.js';
import { aCity } from '../builders/city.js';
import { draftedEstimate, issue, peopleOf, register, scienceAndTechnology } from '../builders/roads.js';
import { askAt, follow } from '../builders/walk.js';

const round: RoundDates = {
  department: '2025-09-30',
  commune: '2025-10-02',
  consolidation: '2025-10-10',
  finance: '2025-10-20',
};

/** When a case is late that came to where it stands on a day, and how that was reckoned. */
const reckon = (kind: Kind, names: string[], since = '2025-10-01', change: object = {}, commune = false) => {
  const place = follow(kind, names);
  const { paths } = askAt(kind, place);
  return dueDay({ kind, paths, context: { ...place.context, ...change }, since, round, commune });
};
const due = (...of: Parameters<typeof reckon>) => reckon(...of).due;

const registered = ['sendUp', 'endorse', 'sign', 'issue', 'register'];

describe('the last day that is on time', () => {
  it('is the round’s for what is to be submitted, its own for communes', () => {
    expect(due('estimate', [])).toBe('2025-09-30');
    expect(due('estimate', [], '2025-09-22', {}, true)).toBe('2025-10-02');
    expect(due('estimate', ['sendUp', 'endorse'])).toBe('2025-09-30');
  });

  it('leaves five working days to correct what came back, if that is later', () => {
    expect(due('estimate', [...registered, 'returnAll', 'revise'], '2025-10-13')).toBe('2025-10-20');
    expect(due('estimate', ['sendUp', 'endorse', 'sign', 'issue', 'withdraw'], '2025-09-22')).toBe(
      '2025-09-30',
    );
  });

  it('is the working day after the signature for the clerk', () => {
    expect(due('estimate', ['sendUp', 'endorse', 'sign'], '2025-09-01')).toBe('2025-10-02');
  });

  it('is none once a nil return is signed', () => {
    expect(due('estimate', ['declareNil'])).toBe('2025-09-30');
    expect(due('estimate', ['declareNil', 'signNil'])).toBeNull();
  });

  it('is fifteen working days for a review, and as many more as its clock stood still', () => {
    expect(due('estimate', registered, '2025-10-01')).toBe('2025-10-22');
    expect(due('estimate', registered, '2025-10-01', { pausedDays: 2 })).toBe('2025-10-24');
  });

  it('is the owner’s date while papers are supplied, the sooner one while an opinion is awaited', () => {
    expect(due('estimate', [...registered, 'requestSupplement'])).toBe('2025-10-10');
    expect(due('estimate', ['sendUpSystem', ...registered.slice(1), 'ask'])).toBe('2025-10-08');
  });

  it('moves with the pause where it is a date of the round', () => {
    const appraising = [
      'add',
      'included',
      'freeze',
      'sendUp',
      'endorse',
      'sign',
      'issue',
      'receive',
      'forwarded',
    ];
    expect(due('consolidation', appraising)).toBe('2025-10-20');
    expect(due('consolidation', appraising, '2025-10-13', { pausedDays: 2 })).toBe('2025-10-22');
    expect(due('consolidation', [...appraising, 'requestSupplement'])).toBe('2025-10-10');
  });

  it('is none where a case waits for another, and where it has ended', () => {
    expect(due('estimate', [...registered, 'conclude', 'accept'])).toBeNull();
    expect(due('allocation', ['abandon'])).toBeNull();
  });
});

describe('a due day is', () => {
  const asOf = calendarAsOf;

  it('sure where each day that was counted is announced', () => {
    expect(reckon('estimate', registered)).toEqual({ due: '2025-10-22', reckoned: { asOf, sure: true } });
  });

  it('not sure where one is not, nor where the announcement leaves one in doubt', () => {
    expect(reckon('estimate', registered, '2026-12-28')).toEqual({
      due: '2027-01-19',
      reckoned: { asOf, sure: false },
    });
    expect(reckon('estimate', registered, '2026-11-20').reckoned).toEqual({ asOf, sure: false });
  });

  it('beyond doubt where no days were counted', () => {
    expect(reckon('estimate', [])).toEqual({ due: '2025-09-30', reckoned: null });
    expect(reckon('estimate', [...registered, 'requestSupplement'], '2027-03-01').reckoned).toBeNull();
  });

  it('found however far away it lies', () => {
    expect(reckon('estimate', registered, '2149-12-20')).toMatchObject({ due: '2150-01-12' });
  });
});

describe('a case that is issued', () => {
  const late = async (day: string) => {
    const city = aCity({ day });
    const { id } = await draftedEstimate(city, 'DT-2025-006');
    return { city, id, found: await issue(city, id) };
  };

  it('is late by working days when it comes after the close, and not before', async () => {
    expect((await late('2025-09-30')).found.context['late']).toBeNull();
    expect((await late('2025-10-02')).found.context['late']).toEqual({ workingDays: 2, calendarDays: 2 });
  });

  it('does not become late by being sent back', async () => {
    const { city, id } = await late('2025-09-30');
    city.clock.to('2025-10-06');
    await register(city, id);
    await city.send(scienceAndTechnology.unitHead, id, {
      type: 'RETURN',
      reason: 'Bổ sung thuyết minh',
      lines: [],
    });
    await city.send(peopleOf('SNV').officer, id, { type: 'REVISE' });
    expect((await issue(city, id)).context).toMatchObject({ revision: 2, late: null });
  });

  it('keeps the day on which it is late where it stands', async () => {
    const { city, id } = await late('2025-09-30');
    expect((await city.load(id)).due).toBe('2025-10-01');
    city.clock.to('2025-10-01');
    expect((await register(city, id)).due).toBe('2025-10-22');
  });
});
