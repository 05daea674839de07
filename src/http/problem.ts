import type { ErrorRequestHandler, Request, Response } from 'express';
import type { TFunction } from 'i18next';
import { MoneyError } from '../../workflows/money.js';
import { isDatabaseAway } from '../databaseAway.js';
import { Refusal, type Code, type FieldFault } from '../errors.js';
import type { Log } from '../log.js';
import { mostFields } from './mostFields.js';
import { faultText } from './faultText.js';
import { requestIdOf, routeOf } from './request.js';

/** What a caller is told when something goes wrong (RFC 9457). */
export interface Problem {
  readonly type: string;
  /** A short heading. */
  readonly title: string;
  readonly status: number;
  /** What happened and how to go on. */
  readonly detail: string;
  /** Stable; programs branch on it. */
  readonly code: Code | 'INTERNAL';
  readonly requestId: string;
  readonly [member: string]: unknown;
}

/** What body-parser and the router say, in our codes. */
const codeOfType: Readonly<Record<string, Code>> = {
  'entity.parse.failed': 'MALFORMED_JSON',
  'entity.too.large': 'BODY_TOO_LARGE',
  'parameters.too.many': 'BODY_TOO_LARGE',
  'charset.unsupported': 'UNSUPPORTED_TYPE',
  'encoding.unsupported': 'UNSUPPORTED_TYPE',
  'request.aborted': 'MALFORMED_JSON',
  'request.size.invalid': 'MALFORMED_JSON',
};

/** An error as a refusal, or null when it is a bug. */
export const refusalOf = (error: unknown): Refusal | null => {
  if (error instanceof Refusal) return error;
  if (error instanceof URIError) {
    return new Refusal('BAD_INPUT', { faults: [{ path: 'params', code: 'url.encoding', params: {} }] });
  }
  if (error instanceof MoneyError) {
    return new Refusal('MONEY_NOT_EXACT', { why: error.code, found: error.found });
  }
  const { type, status, code: named } = (error ?? {}) as { type?: unknown; status?: unknown; code?: unknown };
  if (named === 'UNKNOWN_VERSION') return new Refusal('UNKNOWN_VERSION');
  if (named === 'DAMAGED')
    return new Refusal('DAMAGED', { what: (error as { what: string }).what }, { cause: error });
  const code = typeof type === 'string' ? codeOfType[type] : undefined;
  if (code === 'UNSUPPORTED_TYPE') return new Refusal(code, { expected: 'application/json' });
  if (code === 'BODY_TOO_LARGE') return new Refusal(code, sizesOf(error as Sizes));
  if (code) return new Refusal(code);
  if (isDatabaseAway(error)) return new Refusal('NOT_READY', { checks: { database: false } });
  // A compressed body that is broken has no type of its own.
  return status === 400 ? new Refusal('MALFORMED_JSON') : null;
};

interface Sizes {
  readonly type: string;
  /** Bytes that were announced, that came so far, and that may come. */
  readonly expected?: number;
  readonly received?: number;
  readonly limit?: number;
}

/** What a body has too much of, how much of it was found where that is known, and how much is allowed. */
const sizesOf = ({ type, expected, received, limit }: Sizes) =>
  type === 'parameters.too.many'
    ? { what: 'fields', limit: mostFields }
    : { what: 'bytes', found: expected ?? received, limit };

type Worded = Record<string, unknown>;

/** Members with their words: faults, reasons and findings are told in the caller's language. */
const worded = ({ members }: Refusal, t: TFunction): Worded => {
  const { faults, reasons, findings, ...rest } = members as Worded & {
    faults?: readonly FieldFault[];
    reasons?: readonly string[];
    findings?: readonly { code: string; params?: object }[];
  };
  return {
    ...rest,
    ...(faults && { faults: faults.map((fault) => ({ ...fault, message: faultText(fault, t) })) }),
    ...(reasons && {
      reasons: reasons.map((reason) => ({ code: reason, text: t(`closed.${reason}`, rest) })),
    }),
    ...(findings && {
      findings: findings.map((finding) => ({
        ...finding,
        message: t(`findings:${finding.code}`, { ...finding.params }),
      })),
    }),
  };
};

/** A refusal, or a bug, as the caller is told it. */
export const problemFor = (refusal: Refusal | null, t: TFunction, requestId: string): Problem => {
  const code = refusal?.code ?? 'INTERNAL';
  const members = refusal ? worded(refusal, t) : {};
  const count = (members.faults ?? members.findings ?? members.reasons) as unknown[] | undefined;
  return {
    ...members,
    type: `/problems/${code}`,
    title: t(`errorTitle.${code}`),
    status: refusal?.status ?? 500,
    detail: t(`error.${code}`, { ...members, count: count?.length ?? 0 }),
    code,
    requestId,
  };
};

/** How a page shows a problem; the caller is a person with a browser. */
export type ProblemPage = (problem: Problem, req: Request, res: Response) => void | Promise<void>;

const headersFor = (problem: Problem): Record<string, string> => ({
  ...(problem.status === 401 && { 'WWW-Authenticate': 'Bearer realm="totrinh"' }),
  ...(typeof problem.retryAfter === 'number' && { 'Retry-After': String(problem.retryAfter) }),
  'Cache-Control': 'no-store',
});

/** A person with a browser; also where a page leads them to a paper, which the API serves. */
const wantsPage = (req: Request) =>
  (req.method === 'GET' || !req.originalUrl.startsWith('/api/v1')) &&
  req.accepts(['json', 'html']) === 'html';

/** The only place where an error becomes an answer: refusals are told, bugs are logged and answered blandly. */
export const answerProblem =
  ({ log, page }: { log: Log; page?: ProblemPage | undefined }): ErrorRequestHandler =>
  async (error: unknown, req, res, next) => {
    const refusal = refusalOf(error);
    const requestId = requestIdOf(req);
    if (!refusal || refusal.status >= 500) {
      const where = { requestId, method: req.method, route: routeOf(res) };
      log.error({ err: error, ...where }, refusal?.code ?? 'bug');
    }
    if (res.headersSent) return next(error);
    const problem = problemFor(refusal, req.t ?? ((key: string) => key), requestId);
    res.status(problem.status).set(headersFor(problem));
    if (page && wantsPage(req)) return page(problem, req, res);
    res.type('application/problem+json').send(JSON.stringify(problem));
  };
