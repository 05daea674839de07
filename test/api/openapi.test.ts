import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import request from 'supertest';
import { statusOf } from '../../src/errors.js';
import { testDatabase } from '../setup/database.js';
import { aServedCity, type ServedCity } from './served.js';

const database = testDatabase('OpenApi');
let city: ServedCity;
interface Operation {
  readonly responses: Record<string, unknown>;
  readonly security: unknown[];
  readonly parameters: { name: string; in: string }[];
}
let document: { openapi: string; paths: Record<string, Record<string, Operation>> };

beforeAll(async () => {
  city = await aServedCity(database);
  await city.seed();
  document = (await request(city.app).get('/api/v1/openapi.json')).body;
});
afterAll(async () => {
  await city?.close();
  await database.close();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    const { valid, errors } = await new Validator({ strict: false }).validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('has every route of the main line', () => {
    const paths = operations().map(({ method, path }) => `${method} ${path}`);
    expect(paths).toEqual(expect.arrayContaining(expectedRoutes));
    expect(paths.filter((path) => !expectedRoutes.includes(path))).toEqual([]);
  });

  it('gives every operation a name of its own', () => {
    const names = operations().map(
      ({ operation }) => (operation as unknown as { operationId: string }).operationId,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('names every code that a refusal can have', () => {
    const schema = JSON.stringify((document as unknown as { components: object }).components);
    for (const code of Object.keys(statusOf)) expect(schema).toContain(code);
  });

  it('agrees with the doors: what asks for sign-in refuses who is not, what is not declared is not there', async () => {
    for (const { path, method, operation } of operations()) {
      const address = `/api/v1${path.replace(/\{\w+\}/g, 'x')}`;
      const { status, body } = await request(city.app)[method as 'get'](address);
      const closed = operation.security.length > 0;
      expect({ path, method, closed: status === 401 }).toEqual({ path, method, closed });
      if (closed) expect(body.code).toBe('SIGN_IN_REQUIRED');
      const unknown = ['get', 'post', 'put', 'patch', 'delete'].find(
        (other) => !(other in document.paths[path]!),
      );
      if (!unknown) continue;
      const refused = await request(city.app)[unknown as 'get'](address);
      expect({ path, unknown, status: refused.status }).toEqual({ path, unknown, status: 405 });
    }
  });

  const bodyOf = (path: string, method = 'post') =>
    (
      document.paths[path]![method] as unknown as {
        requestBody: {
          required: boolean;
          content: {
            'application/json': {
              schema: { properties: Record<string, Record<string, unknown>>; description?: string };
            };
          };
        };
      }
    ).requestBody;
  const schemaOf = (path: string, method?: string) => bodyOf(path, method).content['application/json'].schema;

  it('asks for a body exactly where none is refused', async () => {
    const officer = await city.signIn('syt.chuyenvien');
    const without = await officer.post('/estimates');
    expect({ status: without.status, required: bodyOf('/estimates').required }).toEqual({
      status: 201,
      required: false,
    });
    expect(bodyOf('/consolidations').required).toBe(false);
    expect(bodyOf('/allocations').required).toBe(false);
    expect(bodyOf('/session').required).toBe(true);
    expect((await officer.post('/me/tokens')).status).toBe(400);
    expect(bodyOf('/me/tokens').required).toBe(true);
  });

  it('states every rule: in words where JSON Schema has none', () => {
    const round = schemaOf('/rounds/{id}', 'put').properties;
    expect(round['opens']).toMatchObject({
      format: 'date',
      description: expect.stringContaining('1945-09-02'),
    });
    expect(round['name']?.['description']).toContain('Space around it is cut off');
    expect(schemaOf('/delegations').properties['kinds']).toMatchObject({ uniqueItems: true });
    expect(schemaOf('/allocations').description).toBe('At most one of: round, adjusts.');
    const events = JSON.stringify(schemaOf('/cases/{id}/events'));
    expect(events).toContain('No two with the same estimate.');
    expect(events).toContain('depends on `verdict`');
    expect(events.includes('"format":"hex"')).toBe(false);
    const { info } = document as unknown as { info: { description: string } };
    for (const rule of ['NFC', 'stands twice', 'exactly', 'not declared'])
      expect(info.description).toContain(rule);
  });

  it('tells the two conditions of a PUT that also makes', () => {
    const named = document.paths['/rounds/{id}']!['put']!.parameters.filter((each) => each.in === 'header');
    expect(named.map(({ name }) => name)).toEqual(['If-Match', 'If-None-Match']);
    expect(document.paths['/city']!['put']!.parameters.map(({ name }) => name)).toEqual(['If-Match']);
  });

  it('is a page as well, without script and style of its own', async () => {
    const { text, status } = await request(city.app).get('/api/docs');
    expect(status).toBe(200);
    for (const { path } of operations()) expect(text).toContain(path);
    expect(text).not.toMatch(/<script|<style|style=| on\w+=/);
    expect((await request(city.app).get('/api/docs.css')).headers['content-type']).toMatch(/^text\/css/);
  });
});

const expectedRoutes = [
  'post /session',
  'delete /session',
  'delete /sessions',
  'get /me',
  'put /me/password',
  'get /me/tokens',
  'post /me/tokens',
  'delete /me/tokens/{id}',
  'get /users',
  'get /users/{username}',
  'put /users/{username}',
  'put /users/{username}/password',
  'get /delegations',
  'post /delegations',
  'delete /delegations/{id}',
  'get /tokens',
  'delete /tokens/{id}',
  'get /accessEvents',
  'get /city',
  'put /city',
  'get /agencies',
  'get /agencies/{ref}',
  'put /agencies/{ref}',
  'get /systems',
  'get /systems/{id}',
  'put /systems/{id}',
  'get /agencies/{ref}/registers',
  'put /agencies/{ref}/registers/{type}/{year}',
  'get /rounds',
  'get /rounds/{id}',
  'put /rounds/{id}',
  'post /estimates',
  'post /consolidations',
  'post /allocations',
  'get /inbox',
  'get /cases',
  'get /cases/{id}',
  'post /cases/{id}/events',
  'get /cases/{id}/history',
  'get /cases/{id}/content',
  'get /cases/{id}/covered',
  'get /cases/{id}/insight',
  'get /cases/{id}/documents',
  'get /cases/{id}/documents/{paper}',
  'get /cases/{id}/preview/{document}',
  'post /cases/{id}/attachments',
  'get /cases/{id}/attachments',
  'get /cases/{id}/attachments/{hash}',
  'get /documents/{id}',
  'get /cases/{id}/draft',
  'patch /cases/{id}/draft',
  'put /cases/{id}/draft',
  'post /cases/{id}/draft/lines',
  'patch /cases/{id}/draft/lines/{lineId}',
  'delete /cases/{id}/draft/lines/{lineId}',
  'post /cases/{id}/draft/lines/{lineId}/move',
  'post /cases/{id}/draft/lines/{lineId}/restore',
  'get /cases/{id}/review',
  'put /cases/{id}/review/{lineId}',
  'get /cases/{id}/appraisal',
  'put /cases/{id}/appraisal/{estimateId}',
  'get /deadLetters',
  'get /deadLetters/kinds',
  'post /deadLetters/retry',
  'post /deadLetters/{id}/retry',
  'get /batches/{id}',
];
