import type { NamedSum } from '../engine/sumInQuestion.js';
import type { Person } from '../engine/ports.js';
import type { Call } from '../http/route.js';
import { shellView, type Tab } from './caseShell.js';
import type { ErrorSummary, Undo } from './frame.js';
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
  readonly undo?: Undo | null;
  readonly errors?: ErrorSummary | null;
  readonly here?: string;
  /** What the page is called; its tab unless told. */
  readonly title?: string;
  /** The page is a form (`edit`) whose fields are saved before anything else on it leads away. */
  readonly isForm?: boolean;
  /** The sum in question, where the page knows it better than the case. */
  readonly sum?: NamedSum | null;
}

export const createCaseShow =
  (
    { holdersOf, inWords, outbox }: Pick<PagesGiven, 'holdersOf' | 'inWords' | 'outbox'>,
    { show, sayFor, today }: PageTools,
  ) =>
  async (call: MemberCall, { found, agencies, sum: known }: Loaded, page: CasePage) => {
    const say = sayFor(call);
    const { tab, template, view, status, sum = known, title, ...rest } = page;
    const shell = shellView({
      found,
      holders: await holdersOf(found),
      agencies,
      sum,
      inWords,
      today: today(),
      tab,
      isWorking: await outbox.isWorking(found),
      say,
    });
    const tabText = shell.tabs.find(({ current }) => current)?.text ?? '';
    const at = shell.tabs.find(({ current }) => current)?.href;
    return show(call, {
      template,
      title: `${title ?? tabText} ${found.code}`,
      here: at ?? '/inbox',
      view: { ...view, shell },
      ...(status !== undefined && { status }),
      ...rest,
    });
  };
export type CaseShow = ReturnType<typeof createCaseShow>;
