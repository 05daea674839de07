import type { Finding } from '../workflows/rules/shapes.js';

/** What each refusal means for a program: HTTP status by stable code. The README's table is held to this one. */
export const statusOf = {
  BAD_INPUT: 400,
  MALFORMED_JSON: 400,
  SIGN_IN_REQUIRED: 401,
  SIGN_IN_FAILED: 401,
  OTHER_CITY: 401,
  PASSWORD_CHANGE_REQUIRED: 403,
  CSRF_TOKEN_INVALID: 403,
  NOT_PERMITTED: 403,
  SCOPE_MISSING: 403,
  NOT_FOUND: 404,
  CASE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  STALE_CASE: 409,
  EVENT_REFUSED: 409,
  NOT_EDITABLE: 409,
  ENVELOPE_EXCEEDED: 409,
  BUSY: 409,
  STALE_DRAFT: 412,
  STALE_RECORD: 412,
  BODY_TOO_LARGE: 413,
  DRAFT_TOO_LARGE: 413,
  UNSUPPORTED_TYPE: 415,
  RULES_BROKEN: 422,
  FORM_BROKEN: 422,
  KEY_REUSED: 422,
  LIMIT_EXCEEDED: 422,
  MONEY_NOT_EXACT: 422,
  UNKNOWN_VERSION: 422,
  PRECONDITION_REQUIRED: 428,
  TOO_MANY_TRIES: 429,
  NOT_READY: 503,
  DAMAGED: 500,
  PRINTER_AWAY: 503,
} as const;
export type Code = keyof typeof statusOf;

/** One field that is wrong: where, which message (`field.<code>`), and what was found and expected. */
export interface FieldFault {
  readonly path: string;
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * An expected "no", told to the caller as problem+json (RFC 9457) with a stable code; its wording is `error.<code>`
 * in the message files, filled from `members`. Anything else that is thrown is a bug: 500.
 */
export class Refusal extends Error {
  readonly status: number;
  constructor(
    readonly code: Code,
    /** What a program or the wording may need: found, expected, current state, reasons. */
    readonly members: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify(members)}`, options);
    this.name = 'Refusal';
    this.status = statusOf[code];
  }
}

export const caseNotFound = (id: string) => new Refusal('CASE_NOT_FOUND', { case: id });

/** The case moved on after the caller read it. */
export const staleCase = (current: { seq: number; state: unknown }, since: readonly unknown[]) =>
  new Refusal('STALE_CASE', { ...current, since });

/** A draft was edited after the caller read it: its rev now, and whose the newest edit is. */
export const staleDraft = (
  draft: { readonly rev: number; readonly edited?: { readonly by: string; readonly at: string } } | null,
) => new Refusal('STALE_DRAFT', { rev: draft?.rev ?? 0, edited: draft?.edited ?? null });

/**
 * What administrators set is not as the caller read it; `stands` says how, and words it.
 * @param read the revision that was read; 0: there was none
 * @param rev the revision now; 0: there is none
 */
export const staleRecord = (read: number, rev: number): Refusal => {
  const stands = read === 0 ? 'already' : rev === 0 ? 'none' : read > rev ? 'ahead' : 'changed';
  return new Refusal('STALE_RECORD', { rev, read, stands });
};

/** No transition from here, or its guards said no; `reasons` are codes worded as `closed.<code>`. */
export const eventRefused = (
  event: string,
  state: unknown,
  reasons: readonly string[],
  /** What the wording of a reason names, e.g. which other case stands against it. */
  named: Readonly<Record<string, unknown>> = {},
) => new Refusal('EVENT_REFUSED', { event, state, reasons, ...named });

/** The rules found errors in what was sent. */
export const rulesBroken = (findings: readonly Finding[]) => new Refusal('RULES_BROKEN', { findings });

export const fault = (path: string, code: string, params: FieldFault['params'] = {}): FieldFault => ({
  path,
  code,
  params,
});

/** What was sent, told back: enough to recognise it by. */
export const excerpt = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** The first of what is wrong with each field: what could not be read is not missing as well. */
export const firstOfEach = (faults: readonly FieldFault[]): FieldFault[] => {
  const first = new Map<string, FieldFault>();
  for (const fault of faults) if (!first.has(fault.path)) first.set(fault.path, fault);
  return [...first.values()];
};

/** Fields that are missing or wrong. */
export const badInput = (faults: readonly FieldFault[]) => new Refusal('BAD_INPUT', { faults });
