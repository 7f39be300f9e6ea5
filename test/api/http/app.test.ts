import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertNoLeak } from '../../support/no-leak.ts';
import { tokenOf } from '../access-tokens.ts';
import { bearer, RunningApi, withApi, type Asked } from '../running-api.ts';
import { breakDown, readThing, SAMPLE_OPERATIONS } from '../sample-operations.ts';

const token = await tokenOf();
const JSON_TYPE = { 'content-type': 'application/json' };

describe('an operation over HTTP', () => {
  let running: RunningApi;
  before(async () => {
    running = await RunningApi.start(SAMPLE_OPERATIONS);
  });
  after(() => running.stop());

  const ask = (path: string, { headers = {}, ...asked }: Asked = {}) =>
    running.ask(path, { ...asked, headers: { ...bearer(token), ...headers } });
  const post = (body: unknown, headers: Record<string, string> = JSON_TYPE) =>
    ask('/api/v2/query', { method: 'POST', body, headers });

  it('is handed its path and query as its schemas have them', async () => {
    const answer = await ask('/api/v1/things/a%2Fb%20c?limit=25&order=asc');
    assert.equal(answer.status, 200);
    const { id, limit } = answer.json<{ id: string; limit: number }>();
    assert.deepEqual([id, limit], ['a/b c', 25]);
  });

  it('is handed its body', async () => {
    const answer = await post({ select: ['mos', 'count'] });
    assert.deepEqual([answer.status, answer.json<object>()], [200, { columns: ['mos', 'count'] }]);
  });

  it('is answered with headers that tell nothing of us, keep nothing in caches, and let no page in', async () => {
    const answers = [
      await ask('/api/v1/things/one', { headers: { origin: 'https://evil.example' } }),
      await running.ask('/', { headers: { origin: 'https://evil.example' } }),
      await ask('/nowhere', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }),
    ];
    for (const { headers } of answers) {
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['cache-control'], 'no-store');
      for (const name of ['x-powered-by', 'etag', 'server']) assert.ok(!(name in headers), name);
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('access-control-')),
        [],
      );
    }
    assert.equal(answers[0]!.headers['content-type'], 'application/json');
  });

  it('answers HEAD as GET, without the body', async () => {
    const path = '/api/v1/things/one';
    const get = await ask(path);
    const head = await ask(path, { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal(head.headers['content-length'], String(Buffer.byteLength(get.text)));
    assert.equal((await ask('/api/v1/things/missing', { method: 'HEAD' })).status, 404);
  });

  const NO_METHOD: [method: string, path: string, allow: string][] = [
    ['POST', '/api/v1/things/one', 'GET, HEAD'],
    ['DELETE', '/api/v1/things/one', 'GET, HEAD'],
    ['OPTIONS', '/api/v1/things/one', 'GET, HEAD'],
    ['GET', '/api/v2/query', 'POST'],
    ['HEAD', '/api/v2/query', 'POST'],
    ['POST', '/', 'GET, HEAD'],
  ];
  for (const [method, path, allow] of NO_METHOD) {
    it(`answers 405 to ${method} ${path}, with what is served`, async () => {
      const answer = await running.ask(path, { method });
      assert.deepEqual([answer.status, answer.headers.allow], [405, allow]);
      if (method !== 'HEAD') assert.equal(answer.json().code, 'method.not.allowed');
    });
  }

  const NOWHERE = [
    '/nowhere',
    '/api/v1/things',
    '/api/v1/things/one/',
    '/API/v1/things/one',
    '//',
    '/oauth/token/',
    '/*',
  ];
  for (const path of NOWHERE) {
    it(`answers 404 to ${path}`, async () => {
      const answer = await ask(path);
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.json(), {
        message: 'there is nothing here; /openapi.json tells what there is',
        code: 'not.found',
        status: 404,
      });
    });
  }

  const BAD: [rule: string, path: string, message: string][] = [
    ['an unknown parameter', '?canary=1', 'the query has a key that is not known; known are limit, order'],
    [
      'a parameter of every object',
      '?__proto__=1',
      'the query has a key that is not known; known are limit, order',
    ],
    ['a parameter that is given twice', '?limit=1&limit=2', 'limit is given more than once'],
    ['an unknown one that is given twice', '?canary=1&canary=2', 'a parameter is given more than once'],
    ['a value that its author refuses', '?limit=canary', 'limit must be a whole number'],
    ['an empty value', '?limit=', 'limit must be a whole number'],
    ['a value that is too large', '?limit=1001', 'limit must be at most 1000'],
    ['a word of no list', '?order=canary', 'order must be one of asc, desc'],
    ['several faults', '?limit=x&order=x', 'limit must be a whole number; order must be one of asc, desc'],
  ];
  for (const [rule, query, message] of BAD) {
    it(`refuses ${rule} by its name, and quotes nothing`, async () => {
      const answer = await ask(`/api/v1/things/one${query}`);
      assert.deepEqual([answer.status, answer.json()], [400, { message, code: 'bad.request', status: 400 }]);
    });
  }

  it('refuses a parameter in the path by its name', async () => {
    const answer = await ask(`/api/v1/things/${'canary'.repeat(5)}`);
    assert.deepEqual([answer.status, answer.json().message], [400, 'id must have at most 20 characters']);
  });

  it('refuses a path whose encoding is broken, without a word in the log', async () => {
    const answer = await ask('/api/v1/things/%zz');
    assert.deepEqual([answer.status, answer.json().message], [400, 'the request is malformed']);
    assert.deepEqual(running.settings.lines, []);
  });

  it('refuses parameters where there are none', async () => {
    const answer = await ask('/api/v2/query?x=1', {
      method: 'POST',
      body: { select: ['mos'] },
      headers: JSON_TYPE,
    });
    assert.deepEqual([answer.status, answer.json().message], [400, 'the query must be empty']);
  });

  const BAD_BODIES: [
    rule: string,
    body: unknown,
    status: number,
    message: RegExp,
    headers?: Record<string, string>,
  ][] = [
    ['no JSON', '{"select": canary', 400, /^the body is no JSON in UTF-8$/],
    ['nothing', '', 400, /no JSON/],
    ['a list', [], 400, /^the body must be an object$/],
    ['null', null, 400, /^the body must be an object$/],
    ['a missing key', {}, 400, /^select is missing$/],
    ['an empty list', { select: [] }, 400, /^select must have at least 1 entries$/],
    [
      'a wrong word, by its place',
      { select: ['mos', 'canary'] },
      400,
      /^select\[1\] must be one of count, mos$/,
    ],
    ['a wrong kind', { select: 'canary' }, 400, /^select must be a list$/],
    [
      'an unknown key',
      { select: ['mos'], canary: 1 },
      400,
      /^the body has a key that is not known; known are /,
    ],
    [
      "a caller's own key",
      { select: ['mos'], labels: { canary: 'canary' } },
      400,
      /^labels\.\* must be a number$/,
    ],
    [
      'a form',
      'select=mos',
      415,
      /application\/json/,
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['what is compressed', 'x', 415, /identity/, { ...JSON_TYPE, 'content-encoding': 'gzip' }],
    ['more than 64 KiB', `"${'canary'.repeat(11_000)}"`, 413, /at most 65536 bytes/],
  ];
  for (const [rule, body, status, message, headers = JSON_TYPE] of BAD_BODIES) {
    it(`refuses a body with ${rule}, and quotes nothing`, async () => {
      const answer = await post(body, headers);
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.json().message, message);
      assertNoLeak({ text: answer.text, lines: running.settings.lines }, 'canary');
    });
  }

  it('answers what it refuses itself', async () => {
    const answer = await ask('/api/v1/things/missing');
    assert.deepEqual(answer.json(), { message: 'there is no such thing', code: 'not.found', status: 404 });
  });

  it('answers a fault of ours with 500, and says what it was in one line of the log only', async () => {
    await withApi([breakDown], {}, async (faulty) => {
      const answer = await faulty.ask('/api/v1/broken', { headers: bearer(token) });
      assert.deepEqual(answer.json(), {
        message: 'something went wrong here; it is in the log',
        code: 'internal.server.error',
        status: 500,
      });
      assert.equal(faulty.settings.lines.length, 1);
      const { level, operation, err } = faulty.settings.lines[0]!;
      assert.deepEqual([level, operation], ['error', 'breakDown']);
      assert.match(JSON.stringify(err), /the disk is full/);
      assertNoLeak({ lines: faulty.settings.lines }, token);
    });
  });

  it('is counted by its id and the class of its answer', async () => {
    await withApi(SAMPLE_OPERATIONS, {}, async (other) => {
      await other.ask('/api/v1/things/one', { headers: bearer(token) });
      await other.ask('/api/v1/things/one');
      await other.ask('/api/v1/things/one', { method: 'POST' });
      await other.ask('/api/v1/broken', { headers: bearer(token) });
      await other.ask('/nowhere');
      await other.ask('/openapi.json');
      await other.ask('/');
      await other.askToken('');
      const expected: [operation: string, statusClass: string, count: number][] = [
        ['readThing', '2xx', 1],
        ['readThing', '4xx', 2],
        ['breakDown', '5xx', 1],
        ['none', '4xx', 1],
        ['document', '2xx', 1],
        ['page', '2xx', 1],
        ['token', '4xx', 1],
      ];
      for (const [operation, statusClass, count] of expected) {
        assert.equal(await other.counted(operation, statusClass), count, `${operation} ${statusClass}`);
      }
    });
  });

  it('must not be served twice', async () => {
    await assert.rejects(
      RunningApi.start([readThing, readThing]),
      /GET \/api\/v1\/things\/\{id\} is served twice/,
    );
  });
});
