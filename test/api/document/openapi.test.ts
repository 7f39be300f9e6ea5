import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Validator, type SpecData } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { apiDocument } from '../../../api/document/openapi.ts';
import { defineOperation } from '../../../api/operation.ts';
import { SCOPE_MEANINGS } from '../../../api/scope.ts';
import { assertNoLeak } from '../../support/no-leak.ts';
import { SECRET, SECRET_HASH, SIGNING_KEY, withApi } from '../running-api.ts';
import { postQuery, readThing, SAMPLE_OPERATIONS, streamOf } from '../sample-operations.ts';

const stream = streamOf(() => Promise.resolve());
const document = apiDocument([...SAMPLE_OPERATIONS, stream], '1.2.3');

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.1, whatever operations there are', async () => {
    for (const each of [document, apiDocument([], '0')]) {
      const validator = new Validator();
      const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(each)) as SpecData);
      assert.ok(valid, JSON.stringify(errors));
      assert.equal(validator.version, '3.1');
    }
  });

  it('shows parameters as their schemas take them', () => {
    assert.deepEqual(document.paths['/api/v1/things/{id}']?.get?.parameters, [
      { name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 20 } },
      {
        name: 'limit',
        in: 'query',
        required: false,
        description: 'How many.',
        schema: { type: 'string', pattern: '^\\d+$' },
      },
      {
        name: 'order',
        in: 'query',
        required: false,
        description: 'In which order.',
        schema: { type: 'string', enum: ['asc', 'desc'] },
      },
    ]);
  });

  it('shows what stands in the path as required, as OpenAPI wants it', () => {
    const path = z.strictObject({ id: z.string().optional() });
    const optional = defineOperation({
      ...readThing,
      query: z.strictObject({}),
      path,
      handle: () => assert.fail(),
    });
    const [id] = apiDocument([optional], '0').paths[readThing.route]!.get!.parameters!;
    assert.equal(id?.required, true);
  });

  it('shows what each operation needs, and what scopes are for', () => {
    assert.deepEqual(document.paths['/api/v2/query']?.post?.security, [{ oauth2: ['analytics:read'] }]);
    const { oauth2 } = document.components.securitySchemes;
    assert.deepEqual(oauth2?.flows, {
      clientCredentials: { tokenUrl: '/oauth/token', scopes: SCOPE_MEANINGS },
    });
  });

  it('has each schema with an id once, and refers to it', () => {
    assert.deepEqual(Object.keys(document.components.schemas), [
      'Error',
      'Query',
      'Thing',
      'TokenAnswer',
      'TokenError',
      'TokenRequest',
    ]);
    const { requestBody, responses } = document.paths['/api/v2/query']!.post!;
    assert.deepEqual(requestBody, {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Query' } } },
    });
    assert.deepEqual(responses['400']?.content, {
      'application/json': { schema: { $ref: '#/components/schemas/Error' } },
    });
    assert.ok(!JSON.stringify(document).includes('$defs'));
  });

  it('has the answers that every operation has, and more of those with a body', () => {
    const statuses = (route: string, method: 'get' | 'post') =>
      Object.keys(document.paths[route]![method]!.responses).join(' ');
    assert.equal(statuses('/api/v1/broken', 'get'), '200 400 401 403 405 429 500 503');
    assert.equal(statuses('/api/v1/things/{id}', 'get'), '200 400 401 403 404 405 429 500 503');
    assert.equal(statuses('/api/v2/query', 'post'), '200 400 401 403 405 413 415 429 500 503');
    assert.equal(statuses('/oauth/token', 'post'), '200 400 401 405 413 429 500 503');
    const { headers } = document.paths['/api/v1/broken']!.get!.responses['429']!;
    assert.deepEqual(Object.keys(headers!), ['Retry-After', 'RateLimit', 'RateLimit-Policy']);
  });

  it('lets an operation say its own of an answer that all have', () => {
    const own = { ...readThing, answers: { 503: { description: 'The disk is slow.' } } };
    const { responses } = apiDocument([own], '0').paths[readThing.route]!.get!;
    assert.equal(responses['503']?.description, 'The disk is slow.');
    assert.ok('application/json' in responses['503'].content!);
  });

  it('is not made of two schemas with one id, nor of parameters that have one', () => {
    const other = { ...postQuery, route: '/other', body: z.strictObject({}).meta({ id: 'Query' }) };
    assert.throws(() => apiDocument([postQuery, other], '0'), /two schemas of the API have the id Query/);
    const query = z.strictObject({}).meta({ id: 'Parameters' });
    const named = defineOperation({
      ...readThing,
      path: z.strictObject({}),
      query,
      handle: () => assert.fail(),
    });
    assert.throws(() => apiDocument([named], '0'), /without an id/);
  });

  it('is served with the version of this build, and without any secret', async () => {
    await withApi(SAMPLE_OPERATIONS, {}, async (running) => {
      const answer = await running.ask('/openapi.json');
      assert.equal(answer.headers['content-type'], 'application/json');
      const { info, paths } = answer.json<typeof document>();
      assert.match(info.version, /^\d+\.\d+\.\d+/);
      assert.ok('/api/v2/query' in paths && !('/api/v2/events' in paths));
      for (const secret of [SECRET, SECRET_HASH, SIGNING_KEY]) assertNoLeak({ text: answer.text }, secret);
    });
  });
});
