import { describe, expect, it } from '@jest/globals';
import { estimateEvents } from '../../src/estimates/schemas.js';

const wrongIn = (event: 'GIVE_OPINION' | 'OWN_DECISION', fields: object) =>
  estimateEvents[event]!.validate(fields, { abortEarly: false }).error?.details.map(({ path, type }) => [
    path.join('.'),
    type,
  ]) ?? [];

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
