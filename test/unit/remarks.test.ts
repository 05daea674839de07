import { describe, expect, it } from '@jest/globals';
import { estimateApi } from '../../src/estimates/api.js';
import type { EstimateContent } from '../../workflows/content.js';
import type { DocumentType } from '../../workflows/vocabulary.js';
import { returnLetterView } from '../../src/documents/views/letters.js';
import type { ReturnLetterSource } from '../../src/documents/views/letters.js';
import { paperSources } from '../../src/papers/sources.js';
import { aCity, type City } from '../builders/city.js';
import { draftedEstimate, issue, peopleOf, register, scienceAndTechnology } from '../builders/roads.js';

const reason = 'Hồ sơ chưa đủ cơ sở để xem xét tiếp.';

/** An estimate under review, with its lines. */
const underReview = async (city: City) => {
  const { id } = await draftedEstimate(city, 'DT-2025-004');
  await issue(city, id);
  const found = await register(city, id);
  const { lines } = await city.contents.get<EstimateContent>('canTho', found.content ?? '');
  const judge = (n: number, verdict: object) =>
    city.edit(scienceAndTechnology.officer, id, 'setVerdict', { lineId: lines[n]?.id, ...verdict });
  return { id, lines, judge };
};

const letterOf = async (city: City, id: string) => {
  const intent = city.kept.findLast((one) => one.case === id && one.intent.type === 'render')?.intent;
  if (intent?.type !== 'render') throw new Error('no letter was owed');
  const source = paperSources({
    contents: city.contents,
    directory: city.directory,
    cases: city.cases.queries,
    cityOf: () => Promise.resolve({ name: 'thành phố Cần Thơ', place: 'Cần Thơ' }),
  });
  const { document, data } = intent.params;
  const made = await source<DocumentType>(await city.load(id), { document, data });
  return returnLetterView(made as ReturnLetterSource);
};

describe("the reviewer's remarks", () => {
  it('reach the agency line by line, in the letter and in what it is shown, whether or not the lines were concluded', async () => {
    for (const concluded of [false, true]) {
      const city = aCity();
      const { id, lines, judge } = await underReview(city);
      const { unitPrice = 0 } = lines[1] ?? {};
      await judge(0, { verdict: 'return', reason: 'Nêu rõ số cán bộ mỗi lớp' });
      await judge(1, { verdict: 'reduce', unitPrice: unitPrice - 1, reason: 'Cao hơn báo giá thấp nhất' });
      for (const n of lines.keys()) if (n > 1) await judge(n, { verdict: 'accept' });
      if (concluded) await city.send(scienceAndTechnology.officer, id, { type: 'CONCLUDE_LINES' });
      await city.send(scienceAndTechnology.unitHead, id, { type: 'RETURN', reason, lines: [lines[0]?.id] });

      const { points, reasons } = await letterOf(city, id);
      expect(reasons).toEqual([reason]);
      expect(points.map(({ name }) => name)).toEqual([
        `Dòng 1: ${lines[0]?.name}`,
        `Dòng 2: ${lines[1]?.name}`,
      ]);
      expect(points[0]?.reason).toBe('Nêu rõ số cán bộ mỗi lớp');
      expect(points[1]?.reason).toMatch(/^Đề nghị còn .*: Cao hơn báo giá thấp nhất$/);

      const officer = peopleOf('SYT').officer;
      const shown = async () =>
        (await estimateApi(city.given).view(await city.load(id), officer)) as { remarks: object[] | null };
      expect((await shown()).remarks).toMatchObject([
        { lineId: lines[0]?.id, verdict: 'return', reason: 'Nêu rõ số cán bộ mỗi lớp' },
        // What was left as it was asked for stands beside what was reduced: the agency's draft moves on.
        {
          ...{ lineId: lines[1]?.id, verdict: 'reduce', reason: 'Cao hơn báo giá thấp nhất' },
          ...{ quantity: lines[1]?.quantity, unitPrice: unitPrice - 1 },
        },
      ]);
      // What it asks to change is open, also where only another line was named.
      expect((await city.load(id)).context['openLines']).toEqual([lines[0]?.id, lines[1]?.id]);
      // They stand while it is corrected, until it is issued anew.
      await city.send(officer, id, { type: 'REVISE' });
      expect((await shown()).remarks).toHaveLength(2);
      await issue(city, id);
      expect((await shown()).remarks).toBeNull();
    }
  });

  it('of lines that are neither judged nor named stay with the reviewer, and nobody is told who wrote them', async () => {
    const city = aCity();
    const { id, lines, judge } = await underReview(city);
    await judge(0, { reason: 'Hỏi lại đơn vị về số lớp' });
    await judge(1, { reason: 'Ghi chú riêng, chưa gửi' });
    await city.send(scienceAndTechnology.unitHead, id, { type: 'RETURN', reason, lines: [lines[0]?.id] });
    const { remarks } = (await estimateApi(city.given).view(
      await city.load(id),
      peopleOf('SYT').officer,
    )) as { remarks: object[] };
    expect(remarks).toEqual([{ lineId: lines[0]?.id, reason: 'Hỏi lại đơn vị về số lớp' }]);
  });
});
