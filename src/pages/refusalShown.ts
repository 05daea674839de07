import type { Finding } from '../../workflows/rules/shapes.js';
import type { Permit } from '../../workflows/vocabulary.js';
import { Refusal, type FieldFault } from '../errors.js';
import type { ErrorLine } from './frame.js';
import { faultsShown, type Named } from './form.js';
import { momentText } from './figures.js';
import { findingLines, type HrefOf } from './findingsView.js';
import { closedText, permitText, type Say } from './say.js';

/** A refusal as a page tells it: one line a thing that is wrong, and what stands beside the fields. */
export interface RefusalShown {
  readonly lines: readonly ErrorLine[];
  readonly errors: ReadonlyMap<string, string>;
}

interface Members {
  readonly faults?: readonly FieldFault[];
  readonly reasons?: readonly string[];
  readonly findings?: readonly Finding[];
  readonly permits?: readonly Permit[];
  readonly edited?: { readonly by: string; readonly at: string } | null;
  readonly since?: readonly { readonly event: string; readonly by: string; readonly at: string }[];
}

const none: ReadonlyMap<string, string> = new Map();

/**
 * What happened, where, how to mend it, and who can help.
 * @param form which form the fields stand in
 */
export const refusalShown = (
  { code, members }: Pick<Refusal, 'code' | 'members'>,
  {
    fields = [],
    form = '',
    eventText = (event: string) => event,
    partyName = () => undefined,
    findingHref = () => null,
    say,
  }: {
    fields?: readonly Named[];
    form?: string;
    eventText?: (event: string) => string;
    partyName?: (party: string) => string | undefined;
    findingHref?: HrefOf;
    say: Say;
  },
): RefusalShown => {
  const { faults, reasons, findings, permits, edited, since } = members as Members;
  if (code === 'CSRF_TOKEN_INVALID') return { errors: none, lines: [{ text: say('pages:kept.again') }] };
  if (faults) return faultsShown(faults, fields, form, say);
  const lines: ErrorLine[] = reasons?.length
    ? reasons.map((reason) => ({ text: closedText(say, reason, members) }))
    : findings?.length
      ? findingLines(findings, findingHref, say)
      : [{ text: say(`error.${code}`, members) }];
  const who = permits?.map((permit) => permitText(say, permit, partyName)) ?? [];
  return {
    errors: none,
    lines: [
      ...lines,
      ...(who.length > 0 ? [{ text: say('pages:problem.who', { who: [...new Set(who)].join('; ') }) }] : []),
      ...(edited
        ? [{ text: say('pages:problem.edited', { by: edited.by, at: momentText(edited.at) }) }]
        : []),
      ...(since ?? []).map(({ event, by, at }) => ({
        text: say('pages:problem.since', { event: eventText(event), by, at: momentText(at) }),
      })),
    ],
  };
};

/** Only what is expected to be refused is told on the page; anything else is a bug and goes on. */
export const refusalOrThrow = (error: unknown): Refusal => {
  if (error instanceof Refusal && !['CASE_NOT_FOUND', 'NOT_FOUND', 'SIGN_IN_REQUIRED'].includes(error.code))
    return error;
  throw error;
};
