import type { Problem, ProblemPage } from '../http/problem.js';
import { withoutLanguage, type PageTools } from './given.js';
import { refusalShown } from './refusalShown.js';
import type { Say } from './say.js';

export interface ProblemView {
  readonly heading: string;
  readonly lines: readonly string[];
  readonly back: { readonly href: string; readonly text: string };
  readonly request: string;
  readonly words: Readonly<Record<string, string>>;
}

/**
 * What happened and how to go on, in the language of the pages; a bug is told blandly.
 * @param here where the page can be asked for again
 */
export const problemView = (
  { code, requestId, ...members }: Problem,
  here: string,
  say: Say,
): ProblemView => {
  const words = say.group('problem');
  const { lines } =
    code === 'INTERNAL'
      ? { lines: [{ text: say('error.INTERNAL') }] }
      : refusalShown({ code: code, members }, { say });
  const reload = ['STALE_CASE', 'STALE_DRAFT', 'CSRF_TOKEN_INVALID', 'BUSY', 'NOT_EDITABLE'].includes(code);
  return {
    heading: say(`errorTitle.${code}`),
    lines: lines.map(({ text }) => text),
    back: reload ? { href: here, text: words.reload ?? '' } : { href: '/', text: words.home ?? '' },
    request: say('pages:problem.request', { requestId }),
    words,
  };
};

/** A form's address is none that can be opened: its case or its list is. */
const openable = (method: string, address: string): string => {
  const path = withoutLanguage(address);
  if (method === 'GET' || method === 'HEAD') return path;
  return /^\/cases\/[\w-]+(?=\/)/.exec(path)?.[0] ?? '/';
};

/** Who is not signed in is led to the door and back; everybody else is told. */
export const createProblemPage =
  ({ show, sayFor }: PageTools): ProblemPage =>
  async (problem, req, res) => {
    const here = openable(req.method, req.originalUrl);
    if (problem.code === 'SIGN_IN_REQUIRED') {
      return res.redirect(303, here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`);
    }
    if (problem.code === 'PASSWORD_CHANGE_REQUIRED') return res.redirect(303, '/account');
    const view = problemView(problem, here, sayFor({ req }));
    const { html } = await show({ req }, { template: 'problem', title: view.heading, here, view });
    res.type('html').send(html);
  };
