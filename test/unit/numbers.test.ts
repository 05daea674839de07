import { describe, expect, it } from '@jest/globals';
import type { DocumentNumber } from '../../workflows/vocabulary.js';
import { aCity, type City } from '../builders/city.js';
import { draftedEstimate, peopleOf, register, scienceAndTechnology, issue } from '../builders/roads.js';

const home = peopleOf('SNV');
const faults = (path: string, code: string, params: object = {}) => ({
  code: 'BAD_INPUT',
  members: { faults: [expect.objectContaining({ path, code, params: expect.objectContaining(params) })] },
});

/** An estimate of SNV that was signed and waits for its clerk. */
const signed = async (city: City) => {
  const { id: made } = await draftedEstimate(city, 'DT-2025-006');
  await city.send(home.officer, made, { type: 'SEND_UP' });
  await city.send(home.unitHead, made, { type: 'ENDORSE' });
  await city.send(home.leader, made, { type: 'SIGN' });
  return made;
};
const issuedAs = async (city: City, id: string) =>
  (await city.load(id)).context['issued'] as DocumentNumber | null;

describe('the number and the day of a paper', () => {
  it('are in order: no paper is dated before the last number of its register', async () => {
    const city = aCity();
    city.clock.to('2025-09-23');
    const one = await signed(city);
    city.clock.to('2025-09-25');
    const two = await signed(city);
    await city.send(home.clerk, two, { type: 'ISSUE', date: '2025-09-25' });
    await expect(city.send(home.clerk, one, { type: 'ISSUE', date: '2025-09-23' })).rejects.toMatchObject(
      faults('event.date', 'date.numberOrder', { found: '2025-09-23', from: '2025-09-25', to: null }),
    );
    await city.send(home.clerk, one, { type: 'ISSUE', date: '2025-09-25' });
    expect([await issuedAs(city, two), await issuedAs(city, one)]).toMatchObject([
      { number: 1, day: '2025-09-25' },
      { number: 2, day: '2025-09-25' },
    ]);
  });

  it('are typed where the agency numbers its papers itself: once each, in order, into the journal', async () => {
    const city = aCity({ numbersTyped: ['SNV'] });
    const one = await signed(city);
    const two = await signed(city);
    const date = '2025-09-25';
    await expect(city.send(home.clerk, one, { type: 'ISSUE', date })).rejects.toMatchObject(
      faults('event.number', 'any.required'),
    );
    await city.send(home.clerk, one, { type: 'ISSUE', date, number: 3109 });
    expect(await issuedAs(city, one)).toMatchObject({ number: 3109, symbol: 'TTr-SNV' });
    await expect(city.send(home.clerk, two, { type: 'ISSUE', date, number: 3109 })).rejects.toMatchObject(
      faults('event.number', 'number.taken', { found: 3109 }),
    );
    const entry = city.cases.entriesOf({ tenant: 'canTho', id: one }).at(-1);
    expect(entry?.event).toMatchObject({ number: 3109, facts: { number: { number: 3109, day: date } } });
  });

  it('are not typed where the register gives them', async () => {
    const city = aCity();
    const id = await signed(city);
    await expect(
      city.send(home.clerk, id, { type: 'ISSUE', date: '2025-09-25', number: 5 }),
    ).rejects.toMatchObject(faults('event.number', 'number.given', { found: 5 }));
  });

  it('are typed for letters too', async () => {
    const city = aCity({ numbersTyped: ['SKHCN'] });
    const { id } = await draftedEstimate(city, 'DT-2025-006');
    await issue(city, id);
    await register(city, id);
    const back = { type: 'RETURN', reason: 'Đơn giá cao hơn báo giá', lines: [] };
    await expect(city.send(scienceAndTechnology.unitHead, id, back)).rejects.toMatchObject(
      faults('event.number', 'any.required'),
    );
    await city.send(scienceAndTechnology.unitHead, id, { ...back, number: 77 });
    expect((await city.load(id)).state).toBe('returned');
  });
});
