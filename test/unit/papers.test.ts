import { describe, expect, it } from '@jest/globals';
import { issueOf } from '../../src/papers/issueOf.js';
import { paperSources } from '../../src/papers/sources.js';
import { aCity, type City } from '../builders/city.js';
import { conclude, draftedEstimate, issue, register, reviewersOf } from '../builders/roads.js';
import type { Case } from '../../src/engine/ports.js';
import type { Agency } from '../../src/engine/shared.js';
import type { Intent } from '../../workflows/vocabulary.js';

const readerOf = ({ contents, directory, given }: City) => {
  const sources = paperSources({
    contents,
    directory,
    cases: given.cases,
    cityOf: () => Promise.resolve({ name: 'thành phố Cần Thơ', place: 'Cần Thơ' }),
  });
  return (found: Case, params: object) =>
    sources(found, params as Extract<Intent, { type: 'render' }>['params']);
};

/** The sources of the papers that a case's steps owed, in order. */
const sourcesOf = async (city: City, id: string) => {
  const { kept } = city;
  const sources = readerOf(city);
  const owed = kept.flatMap(({ case: of, intent }) =>
    of === id && intent.type === 'render' ? [intent] : [],
  );
  return Promise.all(
    owed.map(async ({ params }: Extract<Intent, { type: 'render' }>) => sources(await city.load(id), params)),
  );
};

describe('a paper', () => {
  it.each([
    ['SKHCN', 'DT-2025-001', 'Văn phòng UBND thành phố', 'Sở Tài chính'],
    ['STC', 'DT-2025-002', 'Sở Khoa học và Công nghệ', 'Văn phòng UBND thành phố'],
  ])('of %s is addressed to its substitute where it would be its own reader', async (ref, code, to, copy) => {
    const city = aCity();
    const { id, owner } = await draftedEstimate(city, code);
    expect(owner).toBe(ref);
    await issue(city, id);
    const [paper] = await sourcesOf(city, id);
    expect(paper!.issue.addressees).toEqual([to]);
    expect(paper!.issue.recipients).toEqual([copy]);
  });

  it('that returns an estimate says of each line what the review says of it', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, 'DT-2025-006');
    await issue(city, id);
    await register(city, id);
    await conclude(city, id, { l1: { verdict: 'return', reason: 'Bổ sung 03 báo giá' } });
    const { unitHead } = await reviewersOf(city, id);
    await city.send(unitHead, id, {
      type: 'RETURN',
      reason: 'Hồ sơ còn nội dung cần hoàn thiện',
      lines: ['l1'],
    });
    const letter = (await sourcesOf(city, id)).at(-1) as unknown as { points: { reason: string }[] };
    expect(letter.points.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('Bổ sung 03 báo giá'),
    ]);
  });

  const agency: Agency = {
    ...{ tenant: 'canTho', ref: 'SYT', name: 'Sở Y tế', issuer: 'Sở Y tế', kind: 'SO_BAN_NGANH' },
    ...{ order: 1, hasUnits: true, submits: true },
    units: [{ symbol: 'NVY', name: 'Phòng Nghiệp vụ Y' }],
  };
  const number = {
    agency: 'SYT',
    type: 'CV',
    year: 2025,
    number: 4,
    symbol: 'SYT',
    day: '2025-10-01',
  } as const;
  const issued = (signature: object) =>
    issueOf({
      agency,
      city: { name: 'thành phố Cần Thơ', place: 'Cần Thơ' },
      number,
      signature: { id: 'a', name: 'Nguyễn Văn A', day: '2025-10-01', role: 'unitHead', ...signature },
      addressees: ['Sở Tài chính'],
      recipients: ['Sở Y tế', 'Sở Tài chính', 'Sở Tài chính'],
    });

  it('signed by order carries the title of the head of the unit, and the unit that drafted it', () => {
    const { signer, symbol, filingUnit, recipients } = issued({ title: 'Trưởng phòng Nghiệp vụ Y' });
    const own = { name: 'Nguyễn Văn A', personal: true };
    expect(signer).toEqual({ ...own, capacity: 'TL', title: 'TRƯỞNG PHÒNG NGHIỆP VỤ Y' });
    expect({ symbol, filingUnit, recipients }).toEqual({
      ...{ symbol: 'SYT-NVY', filingUnit: 'NVY' },
      recipients: ['Sở Tài chính'],
    });
    const actingFor = { name: 'Trần Thị B', capacity: 'TUQ' };
    expect(issued({ title: 'Chánh Văn phòng', actingFor }).signer).toEqual({
      ...{ ...own, capacity: 'TUQ', title: 'CHÁNH VĂN PHÒNG' },
    });
  });
});
