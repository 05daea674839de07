import type { CaseShow } from './caseShow.js';
import { fieldView, type Field } from './form.js';
import type { PageTools } from './given.js';
import type { Loaded } from './loadCase.js';
import { marksOf } from './merging.js';
import type { MemberCall, NotSaved } from './saving.js';

/** A page of one thing that a table shows in part: everything of it, in groups. */
export interface DetailPage {
  readonly heading: string;
  readonly action: string;
  readonly form: string;
  /** Where it came from, and how that is called. */
  readonly back: { readonly href: string; readonly text: string };
  /** What somebody said of it. */
  readonly remark?: string | null;
  /** What a second button does before it saves. */
  readonly also?: { readonly act: string; readonly text: string };
  readonly groups: readonly { readonly legend: string; readonly fields: readonly Field[] }[];
}

export const createDetailPage =
  ({ sayFor }: Pick<PageTools, 'sayFor'>, showCase: CaseShow) =>
  (
    call: MemberCall,
    loaded: Loaded,
    { groups, form, action, heading, back, remark, also }: DetailPage,
    notSaved?: NotSaved,
  ) => {
    const say = sayFor(call);
    return showCase(call, loaded, {
      tab: 'content',
      template: 'detail',
      title: heading,
      here: action,
      isForm: true,
      status: notSaved?.status,
      errors: notSaved ? { title: say('pages:edit.notSaved'), lines: notSaved.lines } : null,
      view: {
        words: say.group('edit'),
        heading,
        remark,
        action,
        was: marksOf(groups.flatMap(({ fields }) => fields)),
        back,
        also,
        groups: groups.map(({ legend, fields }) => ({
          legend,
          fields: fields.map((field) => fieldView(field, form, notSaved)),
        })),
      },
    });
  };
export type ShowDetail = ReturnType<typeof createDetailPage>;
