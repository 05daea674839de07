/** What the driver calls a server that it does not reach. */
const names =
  /^Mongo(ose)?(Network|ServerSelection|NotConnected|TopologyClosed|ServerClosed|PoolCleared|PoolClosed|ConnectionPoolClosed|ClientClosed|WaitQueueTimeout|OperationTimeout|ExpiredSession)/;

/** What the driver writes upon an error that the same request may not meet again. */
const labels = ['RetryableWriteError', 'TransientTransactionError', 'SystemOverloadedError'];

/** What a socket says that broke under a request; the driver hands some of it on as it is. */
const sockets = ['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED'];

/** What MongoDB answers while it is leaving, has no primary, or has no disk left. */
const codes = [6, 7, 89, 91, 189, 9001, 10107, 11600, 11602, 13435, 13436, 14031];

/** DocumentDB has one code for all that goes wrong in PostgreSQL, and tells what in words. */
const internal = 1;
const words =
  /failed to connect|connection refused|broken pipe|unexpected EOF|accepting connections|terminating connection|starting up|shutting down|recovery mode|too many clients|No space left/i;

/**
 * Whether an error says that the database cannot be reached or takes nothing now: nobody's fault here, and over once
 * it is back. Told by name and code, so that who asks need not know the driver.
 */
export const isDatabaseAway = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code, cause, errorLabels } = error as { code?: unknown; cause?: unknown; errorLabels?: unknown };
  return (
    names.test(error.name) ||
    (typeof code === 'string' && sockets.includes(code)) ||
    (Array.isArray(errorLabels) && labels.some((label) => errorLabels.includes(label))) ||
    (error.name.startsWith('Mongo') &&
      typeof code === 'number' &&
      (codes.includes(code) || (code === internal && words.test(error.message)))) ||
    isDatabaseAway(cause)
  );
};
