import { describe, expect, it } from '@jest/globals';
import { amountInWords } from '../../src/documents/words.js';

describe('an amount in words', () => {
  it.each([
    [0, 'Không đồng'],
    [15, 'Mười lăm đồng'],
    [24, 'Hai mươi tư đồng'],
    [101, 'Một trăm linh một đồng'],
    [111, 'Một trăm mười một đồng'],
    [115, 'Một trăm mười lăm đồng'],
    [1_010, 'Một nghìn không trăm mười đồng'],
    [21_000, 'Hai mươi mốt nghìn đồng'],
    [105_000, 'Một trăm linh năm nghìn đồng'],
    [1_000_001, 'Một triệu không trăm linh một đồng'],
    [1_001_000, 'Một triệu không trăm linh một nghìn đồng'],
    [12_345_678, 'Mười hai triệu ba trăm bốn mươi lăm nghìn sáu trăm bảy mươi tám đồng'],
    [1_000_000_001, 'Một tỷ không trăm linh một đồng'],
    [1_005_000_000, 'Một tỷ không trăm linh năm triệu đồng'],
    [24_124_500_000, 'Hai mươi tư tỷ một trăm hai mươi tư triệu năm trăm nghìn đồng'],
    [
      101_101_101_101,
      'Một trăm linh một tỷ một trăm linh một triệu một trăm linh một nghìn một trăm linh một đồng',
    ],
    [1_600_000_000_000, 'Một nghìn sáu trăm tỷ đồng'],
    [116_815_775_000, 'Một trăm mười sáu tỷ tám trăm mười lăm triệu bảy trăm bảy mươi lăm nghìn đồng'],
  ])('%d', (amount, words) => {
    expect(amountInWords(amount)).toBe(words.normalize('NFC'));
  });

  it('is refused for what is no amount', () => {
    expect(() => amountInWords(-1)).toThrow(RangeError);
    expect(() => amountInWords(0.5)).toThrow(RangeError);
  });
});
