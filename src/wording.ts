import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import i18next, { type i18n, type Resource } from 'i18next';

/** Languages of the interface; papers are Vietnamese always. */
export const languages = ['vi', 'en'] as const;
export type Language = (typeof languages)[number];
export const isLanguage = (value: unknown): value is Language =>
  (languages as readonly unknown[]).includes(value);

/** The `templates/` room: beside `src/` in the sources, one level further up when the program was built. */
export const templatesFolder = (() => {
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'templates', 'messages'))) {
    if (at === dirname(at)) throw new Error('The folder templates/messages is missing.');
    at = dirname(at);
  }
  return join(at, 'templates');
})();

const folder = join(templatesFolder, 'messages');

const messagesOf = (language: Language): Record<string, object> =>
  Object.fromEntries(
    readdirSync(join(folder, language))
      .filter((file) => file.endsWith('.json'))
      .map((file) => [
        file.replace(/\.json$/, ''),
        JSON.parse(readFileSync(join(folder, language, file), 'utf8')) as object,
      ]),
  );

const zone = 'Asia/Ho_Chi_Minh';
const wholeNumber = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 0 });
const localDay = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
const localTime = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });

/** `1.234.567 đồng`; the unit never stands alone on a line. */
const money = (value: number | string): string =>
  // In digits where it is too large to be a number.
  (typeof value === 'string' && /^\d+$/.test(value)) || Number.isSafeInteger(value)
    ? `${wholeNumber.format(BigInt(value))}\u00a0đồng`
    : String(value);

/** `05/09/2025`, of a day or of a moment in Asia/Ho_Chi_Minh. */
const day = (text: string): string => {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.length > 10 ? localDay.format(new Date(text)) : text);
  return found ? `${found[3]}/${found[2]}/${found[1]}` : text;
};

/** `05/09/2025 16:30`, in Asia/Ho_Chi_Minh. */
const instant = (text: string): string => `${day(text)} ${localTime.format(new Date(text))}`;

const minutes: Readonly<Record<Language, string>> = { vi: 'phút', en: 'min' };
const seconds: Readonly<Record<Language, string>> = { vi: 'giây', en: 's' };

/** How long to wait, s, in whole minutes where it is more than two. */
const wait = (value: number, language: string | undefined): string => {
  const named = language === 'en' ? 'en' : 'vi';
  return value > 120 ? `${Math.ceil(value / 60)} ${minutes[named]}` : `${value} ${seconds[named]}`;
};

/** `12,4 MB` of bytes, as whoever chose the file sees it in its folder. */
export const sizeText = (bytes: number): string => {
  const [by, unit] = bytes >= 1_000_000 ? [1_000_000, 'MB'] : [1_000, 'KB'];
  // Rounded up: what is too large never reads as what is allowed.
  return `${tenths.format(Math.ceil((bytes / by) * 10) / 10)}\u00a0${unit}`;
};
const tenths = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 1 });

const noAddress: Readonly<Record<Language, string>> = { vi: 'chưa có', en: 'none yet' };

/** Where something is reached. */
const addresses = (hosts: readonly string[], language: string | undefined): string =>
  hosts.length > 0 ? hosts.join(', ') : noAddress[language === 'en' ? 'en' : 'vi'];

/**
 * The words of the interface: every file of templates/messages/<language>/ is a namespace, and a key is found in
 * whichever file has it. A text missing in English is shown in Vietnamese. Messages may say `{{amount, money}}`,
 * `{{due, day}}`, `{{at, instant}}`, `{{retryAfter, wait}}`, `{{hosts, addresses}}`, `{{cell, cell}}`, a source of money
 * with its year or of an estimate, and `{{event, event}}`, an event of the `kind` that is told with it.
 */
export const createWording = async (): Promise<i18n> => {
  const resources = Object.fromEntries(
    languages.map((language) => [language, messagesOf(language)]),
  ) as Resource;
  const namespaces = Object.keys(resources.vi ?? {});
  const wording = i18next.createInstance();
  await wording.init({
    resources,
    ns: namespaces,
    defaultNS: 'errors',
    fallbackNS: namespaces,
    supportedLngs: [...languages],
    fallbackLng: 'vi',
    showSupportNotice: false,
    // Templates escape; escaping here as well would show `1&#x2F;9`.
    interpolation: { escapeValue: false },
  } as Parameters<typeof wording.init>[0]);
  wording.services.formatter?.add('money', money);
  wording.services.formatter?.add('day', day);
  wording.services.formatter?.add('instant', instant);
  wording.services.formatter?.add('wait', wait);
  wording.services.formatter?.add('addresses', addresses);
  wording.services.formatter?.add('event', (event: string, lng, { kind }: { kind?: string }) =>
    wording.t([`event.${kind}.${event}`, ...(event === 'START' ? ['pages:start.event'] : [])], {
      lng,
      defaultValue: event,
    }),
  );
  wording.services.formatter?.add('cell', (cell: string, lng) => {
    const [estimate, share] = cell.split(':');
    const [source = '', year = ''] = (share ?? cell).split('/');
    const name = wording.t(`documents:fundingSourceShort.${source}`, { lng, defaultValue: source });
    if (share !== undefined) return `${name}, ${estimate}`;
    return year === '' ? name : `${name}, ${year}`;
  });
  return wording;
};
