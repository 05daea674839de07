import { hash, verify } from '@node-rs/argon2';
import type { FieldFault } from '../errors.js';
import { commonPasswords } from './commonPasswords.js';

/** Shortest and longest password, in characters after NFC. */
export const passwordLength = { min: 12, max: 200 } as const;

/** argon2id with the library's defaults: 19 MiB, two passes, one lane. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFC'));

export const isPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password.normalize('NFC'));

let nobodys: Promise<string> | undefined;

/** A hash that no password fits, so that an unknown user takes as long as a known one. */
export const nobodysHash = (): Promise<string> => (nobodys ??= hashPassword(crypto.randomUUID()));

/** Without marks, case and everything that is no letter or digit: `M@tKhau-123` → `mtkhau123`. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/gi, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** Whether two passwords differ in marks, case and signs only. */
export const samePassword = (one: string, other: string): boolean => plain(one) === plain(other);

/** What is wrong with a new password; nothing of it stands in the faults. */
export const passwordFaults = (password: string, username: string, path = 'newPassword'): FieldFault[] => {
  const length = [...password.normalize('NFC')].length;
  const fault = (code: string, params: FieldFault['params'] = {}): FieldFault => ({ path, code, params });
  const bare = plain(password);
  return [
    ...(length < passwordLength.min
      ? [fault('password.short', { found: length, limit: passwordLength.min })]
      : []),
    ...(length > passwordLength.max
      ? [fault('password.long', { found: length, limit: passwordLength.max })]
      : []),
    ...(bare.includes(plain(username)) ? [fault('password.username')] : []),
    ...(commonPasswords.has(bare) || new Set(bare).size < 5 ? [fault('password.common')] : []),
  ];
};
