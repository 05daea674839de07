import { pino, type DestinationStream, type Logger } from 'pino';

/** Structured log lines, one JSON object each. Nobody's name, token, cookie or body may stand in one. */
export type Log = Logger;

/** What never belongs in a log, wherever somebody puts it. */
const secrets = ['password', 'token', 'cookie', 'authorization', 'body', 'secret', 'username'];

/**
 * An error as the log tells it. The database's own messages quote the values of documents, so they are left out;
 * their code and the place in the program stay.
 */
export const errorForLog = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { type: typeof error };
  const quotesData = /^(Mongo|Bulk|Cast|Validat|StrictMode)/.test(error.name);
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    ...(!quotesData && { message: error.message }),
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
