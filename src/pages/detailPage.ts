import type { CaseShow } from './caseShow.js';
import { factOf } from './contentFacts.js';
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
  /** Which fields can be written; all unless told. The others are only shown. */
  readonly isOpen?: (name: string) => boolean;
  /** Said where some are not open. */
  readonly closedNote?: string;
  readonly groups: readonly { readonly legend: string; readonly fields: readonly Field[] }[];
}

/** Shows one: fields that are open as inputs, the others as facts; without a form where none is open. */
export const createDetailPage =
  ({ sayFor }: Pick<PageTools, 'sayFor'>, showCase: CaseShow) =>
  (
    call: MemberCall,
    loaded: Loaded,
    { groups, form, action, heading, back, remark, also, isOpen = () => true, closedNote }: DetailPage,
    notSaved?: NotSaved,
  ) => {
    const say = sayFor(call);
    const fields = groups.flatMap((part) => part.fields);
    const open = fields.filter(({ name }) => isOpen(name));
    return showCase(call, loaded, {
      tab: 'content',
      template: 'detail',
      title: heading,
      here: action,
      isForm: open.length > 0,
      status: notSaved?.status,
      errors: notSaved ? { title: say('pages:edit.notSaved'), lines: notSaved.lines } : null,
      view: {
        words: say.group('edit'),
        heading,
        remark,
        note: open.length < fields.length ? closedNote : null,
        action,
        isForm: open.length > 0,
        was: marksOf(open),
        back,
        also,
        groups: groups.map((part) => ({
          legend: part.legend,
          fields: part.fields
            .filter(({ name }) => isOpen(name))
            .map((field) => fieldView(field, form, notSaved)),
          facts: part.fields.filter(({ name }) => !isOpen(name)).flatMap(factOf),
        })),
      },
    });
  };
export type ShowDetail = ReturnType<typeof createDetailPage>;
