import { ReadingConfig, doReadNumber } from 'read-vietnamese-number';
import type { Money } from '../../workflows/vocabulary.js';

const config = new ReadingConfig();
config.unit = ['đồng'];
config.units = [[], ['nghìn'], ['triệu'], ['tỷ']];
config.oddText = 'linh';

/**
 * An amount in words as official papers write it: 1 000 001 → `Một triệu không trăm linh một đồng`.
 * @throws {RangeError} when it is negative or not whole đồng
 */
export const amountInWords = (amount: Money): string => {
  if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError(`Not an amount: ${amount}`);
  const words = doReadNumber(String(amount), config).normalize('NFC');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
