import type { Request } from 'express';
import type { Person } from '../engine/ports.js';
import { csrfToken } from '../http/csrf.js';
import type { Language } from '../wording.js';
import { iconAddress, styleAddress } from './assets.js';
import type { Say } from './say.js';

/** Something wrong, and where on the page it is mended. */
export interface ErrorLine {
  readonly text: string;
  /** `#<id>` of the field; absent: no field of this page. */
  readonly href?: string | undefined;
}

/** What stands above the heading when a form was refused. */
export interface ErrorSummary {
  readonly title: string;
  readonly lines: readonly ErrorLine[];
}

/** How what a notice tells is taken back: an act of the form of the page. */
export interface Undo {
  readonly act: string;
  readonly text: string;
}

/** What every page has around its content. */
export interface Frame {
  readonly language: Language;
  readonly title: string;
  readonly style: string;
  readonly icon: string;
  readonly csrf: string;
  /** Whose forms these are, signed; empty where nobody is signed in. */
  readonly author: string;
  readonly words: Readonly<Record<string, string>>;
  readonly person: { readonly name: string } | null;
  readonly nav: readonly { readonly href: string; readonly text: string; readonly current: boolean }[];
  readonly otherLanguage: { readonly href: string; readonly code: Language; readonly text: string };
  readonly notice: string | null;
  readonly undo: Undo | null;
  readonly errors: ErrorSummary | null;
  /** Ways off the page are buttons of its form `edit`, which saves first. */
  readonly isForm: boolean;
}

/** What the main navigation leads to, by what somebody is. */
const places = (person: Person): readonly { href: string; word: string }[] => {
  const member = person.roles.length > 0 || person.delegations.length > 0;
  return [
    ...(member ? [{ href: '/inbox', word: 'navInbox' }] : []),
    ...(member || person.auditor ? [{ href: '/cases', word: 'navCases' }] : []),
    ...(person.administrator || person.auditor
      ? [{ href: '/admin/dead-letters', word: 'navDeadLetters' }]
      : []),
    { href: '/account', word: 'navAccount' },
  ];
};

/**
 * The frame of a page.
 * @param here where the page can be opened again with GET, for the other language
 */
export const frameOf = ({
  req,
  say,
  title,
  here,
  notice = null,
  undo = null,
  errors = null,
  isForm = false,
  author,
}: {
  req: Request;
  say: Say;
  title: string;
  here: string;
  notice?: string | null;
  undo?: Undo | null;
  errors?: ErrorSummary | null;
  isForm?: boolean;
  author: string;
}): Frame => {
  const words = say.group('frame');
  const code = say.language === 'vi' ? 'en' : 'vi';
  const person = req.signedIn?.person ?? null;
  const open = person && !req.signedIn?.mustChange ? places(person) : [];
  return {
    language: say.language,
    title: `${errors ? `${words.errorPrefix} ` : ''}${title} – ${words.product}`,
    style: styleAddress,
    icon: iconAddress,
    csrf: csrfToken(req),
    author,
    words,
    person: person && { name: person.name },
    nav: open.map(({ href, word }) => ({
      href,
      text: words[word] ?? '',
      current: here === href || here.startsWith(`${href}?`),
    })),
    otherLanguage: {
      href: `${here}${here.includes('?') ? '&' : '?'}lng=${code}`,
      code,
      text: words.otherLanguage ?? '',
    },
    notice,
    undo,
    errors,
    isForm,
  };
};
