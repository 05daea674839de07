import type { Problem, ProblemPage } from '../http/problem.js';
import { Refusal, type Code } from '../errors.js';
import { openable, withoutLanguage } from './addresses.js';
import type { SentForm } from '../http/mount.js';
import type { PageTools } from './given.js';
import type { KeptFormPages } from './keptForms.js';
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
  const told = toldHere[code];
  const { lines } = told
    ? { lines: [{ text: say(told, members) }] }
    : refusalShown({ code, members } as never, { say });
  const reload = ['STALE_CASE', 'STALE_DRAFT', 'CSRF_TOKEN_INVALID', 'BUSY', 'NOT_EDITABLE'].includes(code);
  return {
    heading: say(`errorTitle.${code}`),
    lines: lines.map(({ text }) => text),
    back: reload
      ? { href: here, text: words.reload ?? '' }
      : code === 'BODY_TOO_LARGE'
        ? { href: here, text: words.form ?? '' }
        : { href: '/', text: words.home ?? '' },
    request: say('pages:problem.request', { requestId }),
    words,
  };
};

/** What a person at a page does about it is not what a program does. */
const toldHere: Readonly<Record<string, string>> = {
  INTERNAL: 'error.INTERNAL',
  CSRF_TOKEN_INVALID: 'pages:kept.other',
  BODY_TOO_LARGE: 'pages:problem.tooLarge',
};

/** What stops a form that was right when it was shown. */
const stops: ReadonlySet<string> = new Set(['SIGN_IN_REQUIRED', 'OTHER_CITY', 'CSRF_TOKEN_INVALID']);

/** What is wrong with what a form says, found before its page read it. */
const refuses: ReadonlySet<string> = new Set(['BAD_INPUT', 'MONEY_NOT_EXACT']);

/**
 * Who is not signed in is led to the door and back, and finds there what they typed; a form that expired, or that says
 * what nothing takes, comes back filled; the address of a form leads to its page; everybody else is told.
 */
export const createProblemPage =
  ({ show, sayFor }: PageTools, kept: Pick<KeptFormPages, 'stopped' | 'refused'>): ProblemPage =>
  async (problem, req, res) => {
    const here = openable(req.originalUrl);
    const form = res.locals.form as SentForm | null | undefined;
    if (form && refuses.has(problem.code)) {
      const { code, requestId: _, ...members } = problem;
      const answer = await kept.refused(req, form, new Refusal(code as Code, members));
      if (answer) return void res.status(problem.status).type('html').send(answer.html);
    }
    if (form && stops.has(problem.code)) {
      const answer = await kept.stopped(req, form);
      if (answer?.redirect !== undefined) return res.redirect(303, answer.redirect);
      if (answer) return void res.status(problem.status).type('html').send(answer.html);
      if (form.route.path === '/sign-in') return res.redirect(303, '/sign-in?done=expired');
    }
    if (problem.code === 'SIGN_IN_REQUIRED' || problem.code === 'OTHER_CITY') {
      const told = form === null ? '&done=lost' : '';
      return res.redirect(
        303,
        here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}${told}`,
      );
    }
    if (problem.code === 'PASSWORD_CHANGE_REQUIRED') return res.redirect(303, '/account');
    const leadsElsewhere = here !== withoutLanguage(req.originalUrl);
    if (problem.code === 'METHOD_NOT_ALLOWED' && req.method === 'GET' && leadsElsewhere)
      return res.redirect(303, here);
    const view = problemView(problem, here, sayFor({ req }));
    const { html } = await show({ req }, { template: 'problem', title: view.heading, here, view });
    res.type('html').send(html);
  };
