import { pino, type DestinationStream, type Logger } from 'pino';

/** Structured log lines, one JSON object each. Nobody's name, token, cookie or body may stand in one. */
export type Log = Logger;

/** What never belongs in a log, wherever somebody puts it. */
const secrets = ['password', 'token', 'cookie', 'authorization', 'body', 'secret', 'username'];

/** Words after which a quoted name is one of ours and not somebody's. */
const named =
  /\b(constraint|relation|path|model|index|collection|column|operator|stage|field) (["'`])([\w.$-]+)\2/gi;

/**
 * The message of a database error without the values that it quotes: what stands in quotes, braces and brackets, long
 * numbers, and words with letters that no program's own text has. What went wrong stays, and what it is about.
 */
export const withoutValues = (message: string): string =>
  message
    .replace(named, '$1 $3')
    .replace(/\{[^]*\}|\[[^]*\]/g, '{…}')
    .replace(/\([^()]*\)=\([^]*?\)(?=\s|$)/g, '(…)')
    .replace(/(?<!\w)(["'`“])[^]*?(\1|”)/g, '…')
    .replace(/\S*[^\p{ASCII}…]\S*/gu, '…')
    .replace(/\b\d{4,}\b|\b[0-9a-f]{12,}\b/g, '…')
    .replace(/…(\s+…)+/g, '…');

/**
 * An error as the log tells it. The database's own messages quote the values of documents, so these are taken out;
 * what went wrong, the code and the place in the program stay.
 */
export const errorForLog = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { type: typeof error };
  const quotesData =
    /^(Mongo(?!.*(Network|ServerSelection|Topology|Pool))|Bulk|Cast|Validat|StrictMode)/.test(error.name);
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    message: quotesData ? withoutValues(error.message) : error.message,
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .map((line) => line.trim()),
    ...(cause !== undefined && { cause: errorForLog(cause) }),
  };
};

/** @param destination where lines go; standard output when absent */
export const createLog = (level: string, destination?: DestinationStream): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorForLog, error: errorForLog },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), remove: true },
    },
    ...(destination ? [destination] : []),
  );
