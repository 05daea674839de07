import { placedElsewhere } from './actFields.js';

/** Where somebody goes after signing in or saving: a path of ours, or the start. */
export const safeNext = (next: unknown): string =>
  typeof next === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(next) && next.length <= 500 ? next : '/';

/** An address without the choice of language and what was just done, so that it can be opened again. */
export const withoutLanguage = (address: string): string => {
  const [path = '/', query = ''] = address.split('?');
  const kept = query
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('lng=') && !part.startsWith('done='));
  return kept.length > 0 ? `${path}?${kept.join('&')}` : path;
};

/** The page on which each form stands that is sent to an address of its own. */
const pagesOfForms: readonly (readonly [RegExp, (id: string, part: string) => string])[] = [
  [/^\/cases\/([\w-]+)\/(lines|review|appraisal|rows)$/, (id) => `/cases/${id}/content`],
  [
    /^\/cases\/([\w-]+)\/events\/(\w+)$/,
    (id, event) => (placedElsewhere.has(event) ? `/cases/${id}/content` : `/cases/${id}`),
  ],
  [/^\/cases\/([\w-]+)\/attachments$/, (id) => `/cases/${id}`],
  [/^\/inbox\/notices$/, () => '/inbox?tab=notices'],
  [/^\/account\/|^\/sign-out-everywhere$/, () => '/account'],
  // Whoever has to sign in again first is not asked whether to sign out.
  [/^\/sign-out$/, () => '/'],
  [/^\/admin\/dead-letters\//, () => '/admin/dead-letters'],
];

/** Where the page of an address can be opened with GET: a form's own address may be none. */
export const openable = (address: string): string => {
  const whole = withoutLanguage(address);
  const [path = '/'] = whole.split('?');
  for (const [form, pageOf] of pagesOfForms) {
    const found = form.exec(path);
    if (found) return pageOf(found[1] ?? '', found[2] ?? '');
  }
  return whole;
};
