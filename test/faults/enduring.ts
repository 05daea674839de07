import { setTimeout as pause } from 'node:timers/promises';
import { createPeople, Refused, type People, type Somebody } from '../../src/demo/client.js';

/** How long who asks waits before asking again, ms. */
const beforeAgain = 100;

/** Whether nobody knows what became of a request: the connection broke, or the house could not answer. */
const isLost = (error: unknown): boolean =>
  error instanceof Refused ? error.status >= 500 : (error as Error).name === 'TypeError';

/** What was answered with a fault of the product's own: never what a house says that lost its database. */
export const wrongAnswers: string[] = [];

/**
 * People who do not give up: what was asked and not answered is asked again as it was, with the same key, until it is.
 * @param asking told of each request before it goes
 */
export const enduring = (address: string, asking: () => void): People => {
  const people = createPeople(address);

  const endure = async <T>(ask: () => Promise<T>, done: () => T): Promise<T> => {
    for (let first = true; ; first = false) {
      asking();
      try {
        return await ask();
      } catch (error) {
        if (error instanceof Refused && error.status === 500) wrongAnswers.push(error.message);
        // The edit that was lost had been made: the revision that it named has gone by.
        if (!first && error instanceof Refused && error.status === 412) return done();
        if (!isLost(error)) throw error;
      }
      await pause(beforeAgain);
    }
  };
  const again = <T>(ask: () => Promise<T>) =>
    endure(ask, () => {
      throw new Error('Nothing was edited.');
    });

  const persistent = (signIn: () => Promise<Somebody>): Somebody => ({
    get: <T>(path: string) => again(async () => (await signIn()).get<T>(path)),
    send: <T>(...asked: Parameters<Somebody['send']>) =>
      endure(
        async () => (await signIn()).send<T>(...asked),
        () => ({}) as T,
      ),
    download: (path) => again(async () => (await signIn()).download(path)),
  });
  return {
    as: (agency, role) => Promise.resolve(persistent(() => people.as(agency, role))),
    named: (username) => Promise.resolve(persistent(() => people.named(username))),
  };
};
