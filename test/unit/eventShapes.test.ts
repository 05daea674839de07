import { describe, expect, it } from '@jest/globals';
import { consolidationEvents } from '../../src/consolidations/schemas.js';
import { parseValue } from '../../src/http/parse.js';
import { faultText } from '../../src/http/faultText.js';
import { Refusal, type FieldFault } from '../../src/errors.js';
import { createWording } from '../../src/wording.js';
import { estimateEvents } from '../../src/estimates/schemas.js';

const events = new Map([...Object.entries(estimateEvents), ['RESOLVE', consolidationEvents['RESOLVE']!]]);
const wrongIn = (event: 'GIVE_OPINION' | 'OWN_DECISION' | 'RESOLVE', fields: object) =>
  events
    .get(event)!
    .validate(fields, { abortEarly: false })
    .error?.details.map(({ path, type }) => [path.join('.'), type]) ?? [];

describe('what an event says of itself', () => {
  const opinion = { hash: 'a'.repeat(64), agreedLevel: 3 };
  const conditions = 'Kiểm thử xâm nhập trước khi vận hành';

  it('has no conditions where the Police agree, and says why where they do not', () => {
    expect(wrongIn('GIVE_OPINION', { ...opinion, verdict: 'agree' })).toEqual([]);
    expect(wrongIn('GIVE_OPINION', { ...opinion, verdict: 'agree', conditions })).toEqual([
      ['conditions', 'any.unknown'],
    ]);
    for (const verdict of ['agreeWithConditions', 'disagree']) {
      expect(wrongIn('GIVE_OPINION', { ...opinion, verdict })).toEqual([['conditions', 'any.required']]);
      expect(wrongIn('GIVE_OPINION', { ...opinion, verdict, conditions })).toEqual([]);
    }
  });

  it('gives no money where a commune declines its own', () => {
    const paper = { number: '12/QĐ-UBND', date: '2025-09-25', signer: 'Nguyễn Văn An' };
    expect(wrongIn('OWN_DECISION', { ...paper, verdict: 'decline', amount: 1 })).toEqual([
      ['amount', 'any.only'],
    ]);
    expect(wrongIn('OWN_DECISION', { ...paper, verdict: 'decline', amount: 0 })).toEqual([]);
    expect(wrongIn('OWN_DECISION', { ...paper, verdict: 'approve', amount: 1 })).toEqual([]);
  });
});

describe('a paper of a body outside', () => {
  const signed = { date: '2025-09-25', signer: 'Nguyễn Văn An' };
  const file = 'f'.repeat(64);
  const resolution = {
    ...signed,
    file,
    hash: file,
    verdict: 'approve',
    reason: 'Hội đồng nhân dân thông qua',
  };
  const ownDecision = { ...signed, verdict: 'approve', amount: 1 };

  it('carries the symbol that its kind has', () => {
    for (const number of ['15/NQ-HĐND', '07/NQ-HĐND', '15/2025/NQ-HĐND'])
      expect(wrongIn('RESOLVE', { ...resolution, number })).toEqual([]);
    for (const number of ['12/QĐ-UBND', '07/NQ-HĐND'])
      expect(wrongIn('OWN_DECISION', { ...ownDecision, number })).toEqual([]);
    for (const number of [
      '15/QĐ-UBND',
      '15/NQ-UBND',
      '15/NQ-HDND',
      '15/NQ',
      '0/NQ-HĐND',
      '15 NQ-HĐND',
      '15/NQ-HĐND-A',
    ])
      expect([number, wrongIn('RESOLVE', { ...resolution, number })]).toEqual([
        number,
        [['number', 'string.pattern.name']],
      ]);
    for (const number of ['12/QĐ', '12/TTr-UBND', '12/QĐ-HĐND', '00/QĐ-UBND'])
      expect([number, wrongIn('OWN_DECISION', { ...ownDecision, number })]).toEqual([
        number,
        [['number', 'string.pattern.name']],
      ]);
  });

  it('is refused with the field, what was found, and an example of what is expected', async () => {
    const { t } = await createWording();
    const told = () => {
      try {
        return parseValue(consolidationEvents['RESOLVE']!, { ...resolution, number: '15/QĐ-UBND' }, 'event');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return (error.members['faults'] as FieldFault[]).map((one) => faultText(one, t));
      }
    };
    expect(told()).toEqual([expect.stringMatching(/^Số.*15\/NQ-HĐND.*Đang là “15\/QĐ-UBND”/)]);
  });
});
