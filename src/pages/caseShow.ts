import type { Person } from '../engine/ports.js';
import type { Call } from '../http/route.js';
import { shellView, type Tab } from './caseShell.js';
import type { ErrorSummary } from './frame.js';
import type { PagesGiven, PageTools } from './given.js';
import type { Loaded } from './loadCase.js';

type MemberCall = Pick<Call<unknown, unknown, unknown, Person>, 'req' | 'person'>;

/** Shows a page of a case below its shell. */
export interface CasePage {
  readonly tab: Tab;
  readonly template: string;
  readonly view: object;
  readonly status?: number | undefined;
  readonly notice?: string | null;
  readonly errors?: ErrorSummary | null;
  readonly here?: string;
  /** đồng, where the page knows it better than the case. */
  readonly amount?: number | null;
}

export const createCaseShow =
  ({ holdersOf, inWords }: Pick<PagesGiven, 'holdersOf' | 'inWords'>, { show, sayFor, today }: PageTools) =>
  (call: MemberCall, { found, agencies, amount: known }: Loaded, page: CasePage) => {
    const say = sayFor(call);
    const { tab, template, view, status, amount = known, ...rest } = page;
    const shell = shellView({
      found,
      holders: holdersOf(found),
      agencies,
      amount,
      inWords,
      today: today(),
      tab,
      say,
    });
    const tabText = shell.tabs.find(({ current }) => current)?.text ?? '';
    const at = shell.tabs.find(({ current }) => current)?.href;
    return show(call, {
      template,
      title: `${tabText} ${found.code}`,
      here: at ?? '/inbox',
      view: { ...view, shell },
      ...(status !== undefined && { status }),
      ...rest,
    });
  };
export type CaseShow = ReturnType<typeof createCaseShow>;

/** Where a finding points to, on the page of the content. */
export const findingHref = (id: string) => (path: string) => {
  const line = /^lines\/([\w-]+)/.exec(path)?.[1];
  if (line) return `/cases/${id}/content#line-${line}`;
  return path.startsWith('estimates/') ? `/cases/${path.split('/')[1] ?? ''}` : `/cases/${id}/content`;
};
