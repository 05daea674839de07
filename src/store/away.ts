import { MongoError } from 'mongodb';

const labels = ['RetryableWriteError', 'TransientTransactionError', 'SystemOverloadedError'];

/** Names under which the driver tells that no server could be reached, or that the way to it broke. */
const names =
  /^Mongo(Network|NetworkTimeout|ServerSelection|NotConnected|TopologyClosed|ServerClosed|PoolCleared|PoolClearedOnNetwork|PoolClosed|ConnectionPoolClosed|WaitQueueTimeout|ExpiredSession)Error$/;

/** Whether an error says that the database is away for now, not that it refuses what was asked. */
export const isAway = (error: unknown): boolean =>
  error instanceof MongoError &&
  (names.test(error.name) || labels.some((label) => error.hasErrorLabel(label)));
