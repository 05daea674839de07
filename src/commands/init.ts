import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { Refusal } from '../errors.js';
import type { Running } from '../main.js';
import { firstPasswordOf, makeCity, type CityWish } from '../people/makeCity.js';
import { migrate } from '../store/migrations/index.js';
import { optionOf, refusalTold } from './refusalTold.js';
import { Complaint, say, within } from './running.js';

interface Given extends Partial<Omit<CityWish, 'password'>> {
  readonly passwordStdin?: boolean;
  readonly json?: boolean;
}

const questions: readonly (readonly [keyof Omit<CityWish, 'password'>, string])[] = [
  ['city', 'Mã thành phố (chữ không dấu, ví dụ canTho)'],
  ['name', 'Tên thành phố (ví dụ: thành phố Cần Thơ)'],
  ['place', 'Địa danh ghi trên văn bản (ví dụ: Cần Thơ)'],
  ['agency', 'Ký hiệu cơ quan của người quản trị (ví dụ: SKHCN)'],
  ['agencyName', 'Tên cơ quan đó'],
  ['adminName', 'Họ tên người quản trị đầu tiên'],
  ['admin', 'Tên đăng nhập của người quản trị'],
];

/** What was not given on the command line is asked for, where somebody sits at it. */
const asked = async (given: Given): Promise<Omit<CityWish, 'password'>> => {
  const missing = questions.filter(([field]) => given[field] === undefined);
  const answers: Partial<Record<keyof CityWish, string>> = {};
  if (missing.length > 0) {
    if (!process.stdin.isTTY || given.passwordStdin) {
      throw new Complaint(`Thiếu: ${missing.map(([field]) => optionOf(field)).join(', ')}.`);
    }
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      for (const [field, question] of missing)
        answers[field] = (await lines.question(`${question}: `)).trim();
    } finally {
      lines.close();
    }
  }
  const { passwordStdin: _stdin, json: _json, ...named } = given;
  return { ...named, ...answers } as Omit<CityWish, 'password'>;
};

/** A first password that can be read out: five groups of five, 116 bits. */
const madePassword = () => {
  const signs = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 5 }, () => signs[randomInt(signs.length)]).join('');
  return Array.from({ length: 5 }, group).join('-');
};

/** Never from the command line, which other users of the machine can read. */
const passwordOf = async ({ passwordStdin }: Given): Promise<{ password: string; told: boolean }> => {
  if (passwordStdin) return { password: (await text(process.stdin)).trim(), told: false };
  const given = firstPasswordOf(process.env);
  return given === null ? { password: madePassword(), told: true } : { password: given, told: false };
};

const told = async (refusal: Refusal): Promise<string> =>
  refusal.code === 'BAD_INPUT'
    ? refusalTold(refusal)
    : `Thành phố ${String(refusal.members.city)} đã có trong cơ sở dữ liệu; không tạo lại.`;

/** `init`: a new city and its first administrator, also in production. */
export const addInit = (program: Command): void => {
  program
    .command('init')
    .description(
      'Makes a new city with its first agency and its first administrator, who makes everything else. Works in production; refuses a city that exists. Asks for what is not given. The first password is printed once, or taken from TOTRINH_FIRST_PASSWORD or standard input, and must be changed at the first sign-in.',
    )
    .option('--city <id>', 'id of the city, for good: letters and digits, e.g. canTho')
    .option('--name <name>', 'name of the city, as papers say it')
    .option('--place <place>', 'where its papers are dated')
    .option('--host <host>', 'a host name under which it is reached; needed where there is another city')
    .option('--agency <ref>', "symbol of the administrator's agency")
    .option('--agency-name <name>', 'name of that agency')
    .option('--admin <username>', "the first administrator's login")
    .option('--admin-name <name>', "the first administrator's name")
    .option('--password-stdin', 'reads the first password from standard input')
    .option('--json', 'prints the outcome as JSON')
    .action(async (given: Given) => {
      await within(async (running: Running) => {
        const wish = await asked(given);
        const { password, told: isTold } = await passwordOf(given);
        await migrate(running.connection);
        try {
          await makeCity(running.stores, { ...wish, password });
        } catch (error) {
          if (error instanceof Refusal) throw new Complaint(await told(error));
          throw error;
        }
        if (given.json) {
          say(JSON.stringify({ city: wish.city, admin: wish.admin, ...(isTold && { password }) }));
          return;
        }
        say(`Đã tạo ${wish.name} (${wish.city}), người quản trị đầu tiên: ${wish.admin}.`);
        if (isTold) say(`Mật khẩu đầu tiên, chỉ hiện một lần này: ${password}`);
        say('Mật khẩu phải đổi ở lần đăng nhập đầu tiên.');
      });
    });
};
