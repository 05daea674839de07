import { MongoError } from 'mongodb';

const labels = ['RetryableWriteError', 'TransientTransactionError', 'SystemOverloadedError'];

/** Names under which the driver, or mongoose for it, tells that no server could be reached, or that the way to it broke. */
const names =
  /^Mongo(?:ose)?(?:Network|NetworkTimeout|ServerSelection|NotConnected|TopologyClosed|ServerClosed|PoolCleared|PoolClearedOnNetwork|PoolClosed|ConnectionPoolClosed|WaitQueueTimeout|ExpiredSession)Error$/;

/** Whether an error says that the database is away for now, not that it refuses what was asked. */
export const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  (names.test(error.name) ||
    (error instanceof MongoError && labels.some((label) => error.hasErrorLabel(label))));
