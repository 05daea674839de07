import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { requestLog } from '../../src/http/requestLog.js';
import { createLog, errorForLog } from '../../src/log.js';

const errorOf = (name: string, message: string, more = {}) =>
  Object.assign(new Error(message), { name }, more);

describe('an error in the log', () => {
  it.each([
    [
      'E11000 duplicate key error collection: totrinh.users index: _id_ dup key: { _id: "canTho/nguyen.van.a" }',
      'E11000 duplicate key error collection: totrinh.users index: _id_ dup key: {…}',
    ],
    [
      'duplicate key value violates unique constraint "collection_pk_3"',
      'duplicate key value violates unique constraint collection_pk_3',
    ],
    [
      "Duplicate key violation on the requested collection: Index '_id_'",
      'Duplicate key violation on the requested collection: Index _id_',
    ],
    [
      'Cast to Number failed for value "Bí mật" (type string) at path "amount" for model "Round"',
      'Cast to Number failed for value … (type string) at path amount for model Round',
    ],
    ['`geheim` is not a valid enum value for path `kind`.', '… is not a valid enum value for path kind.'],
    [
      'Cannot apply $inc to a value of Nguyễn Văn A at 15500000000',
      'Cannot apply $inc to a value of … A at …',
    ],
    ['the database system is shutting down', 'the database system is shutting down'],
  ])('says what went wrong and quotes no value: %s', (message, told) => {
    expect(errorForLog(errorOf('MongoServerError', message, { code: 1 }))).toMatchObject({
      type: 'MongoServerError',
      code: 1,
      message: told,
    });
  });

  it('says which server is not reached', () => {
    const message = 'connect ECONNREFUSED 127.0.0.1:27017';
    expect(errorForLog(errorOf('MongoServerSelectionError', message))).toMatchObject({ message });
  });
});

describe('a line of the request log', () => {
  const lines: string[] = [];
  const app = express();
  app.use(requestLog(createLog('info', { write: (line: string) => void lines.push(line) })));
  app.get('/there', (_req, res) => {
    res.locals.route = '/there';
    res.send('x');
  });
  app.get('/broken', (_req, res) => {
    res.status(500).send('x');
  });

  it.each([
    ['/there', '/there', 200],
    ['/nowhere', 'none', 404],
    ['/broken', 'none', 500],
  ])('of %s has each key once, and a route', async (path, route, status) => {
    lines.length = 0;
    await request(app).get(path).set('X-Request-Id', 'request-1234');
    const [line = '', ...more] = lines;
    expect(more).toEqual([]);
    const parsed = JSON.parse(line) as object;
    expect(parsed).toMatchObject({ requestId: 'request-1234', method: 'GET', route, status });
    const keys = [...line.matchAll(/[{,]"(\w+)":/g)].map(([, key]) => key);
    expect(keys).toEqual(Object.keys(parsed));
  });
});
