import { describe, expect, it } from '@jest/globals';
import { isDatabaseAway } from '../../src/databaseAway.js';

const failing = (message: string, has: object, name = 'Error') =>
  Object.assign(new Error(message), { name, ...has });

describe('whether the database is away', () => {
  it.each([
    ['a socket that the other end has closed', failing('ended by the other party', { code: 'EPIPE' })],
    ['a connection that broke', failing('read ECONNRESET', { code: 'ECONNRESET' })],
    ['nobody at the door', failing('connect ECONNREFUSED', { code: 'ECONNREFUSED' })],
    ['what the driver calls so', failing('gone', {}, 'MongoNetworkError')],
    [
      'PostgreSQL that starts',
      failing('the database system is starting up', { code: 1 }, 'MongoServerError'),
    ],
    ['what caused something else', failing('not read', { cause: failing('gone', { code: 'EPIPE' }) })],
  ])('is told of %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  it.each([
    ['a fault of ours', new TypeError('undefined is not a function')],
    ['a duplicate', failing('duplicate key', { code: 11000 }, 'MongoServerError')],
    ['a missing file', failing('no such file', { code: 'ENOENT' })],
    ['what is no error', { code: 'EPIPE' }],
  ])('is not told of %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
