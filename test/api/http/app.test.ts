import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, describe, it, mock } from 'node:test';
import type { Operation } from '../../../api/operation.ts';
import { assertNoLeak } from '../../support/no-leak.ts';
import { tokenOf } from '../access-tokens.ts';
import { bearer, RunningApi, withApi, type Asked } from '../running-api.ts';
import { breakDown, readThing, SAMPLE_OPERATIONS } from '../sample-operations.ts';

const token = await tokenOf();
const JSON_TYPE = { 'content-type': 'application/json' };

const counted = async (running: RunningApi, operation: string, status_class: string) =>
  (await running.settings.recorded('webrtc.api.requests', { extension: 'api', operation, status_class })) ??
  0;

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
        assert.equal(await counted(other, operation, statusClass), count, `${operation} ${statusClass}`);
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

describe('a client that leaves before the answer', () => {
  it('is counted, and what fails because of that is no fault', async () => {
    const begun = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const operation: Operation = {
      ...breakDown,
      async handle({ signal }) {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        left.resolve();
        throw signal.reason;
      },
    };
    await withApi([operation], {}, async (running) => {
      const leaving = new AbortController();
      const asked = fetch(`http://127.0.0.1:${running.port}/api/v1/broken`, {
        headers: bearer(token),
        signal: leaving.signal,
      });
      await begun.promise;
      leaving.abort();
      await assert.rejects(asked);
      await left.promise;
      await new Promise(setImmediate);
      assert.deepEqual(running.settings.lines, []);
      assert.equal(await counted(running, 'breakDown', 'aborted'), 1);
    });
  });
});

describe('an answer that nobody takes', () => {
  it('is let go after a minute', async () => {
    const large: Operation = {
      ...breakDown,
      handle: () => Promise.resolve({ status: 200, body: 'x'.repeat(32 * 1_024 * 1_024) }),
    };
    await withApi([large], {}, async (running) => {
      const [, response] = await running.open('/api/v1/broken', { headers: bearer(token) });
      running.clock.advance(59_999);
      await new Promise(setImmediate);
      assert.equal(running.clock.nextDueMs(), running.clock.nowMs() + 1);
      running.clock.advance(1);
      await assert.rejects(response.toArray(), /aborted/);
    });
  });

  it('leaves no timer behind when somebody does', async () => {
    await withApi(SAMPLE_OPERATIONS, {}, async (running) => {
      await running.ask('/api/v1/things/one', { headers: bearer(token) });
      await new Promise(setImmediate);
      assert.equal(running.clock.nextDueMs(), undefined);
    });
  });
});

describe('the rate limit of a client', () => {
  const two = { rate_limit: 2 };
  let narrow: string;
  before(async () => {
    narrow = await tokenOf({ sub: 'narrow', client_id: 'narrow', scope: 'realtime:read' });
  });

  it('refuses with 429 what is too much, says until when, and begins anew after a minute', async () => {
    await withApi(SAMPLE_OPERATIONS, two, async (running) => {
      mock.timers.enable({ apis: ['Date'], now: running.clock.nowMs() });
      const ask = () => running.ask('/api/v1/things/one', { headers: bearer(token) });
      const advance = (durationMs: number) => {
        running.clock.advance(durationMs);
        mock.timers.setTime(running.clock.nowMs());
      };
      try {
        const first = await ask();
        assert.equal(first.headers.ratelimit, '"client"; r=1; t=60');
        assert.match(String(first.headers['ratelimit-policy']), /^"client"; q=2; w=60; pk=:[\w+/=]+:$/);
        advance(20_500);
        assert.equal((await ask()).headers.ratelimit, '"client"; r=0; t=40');
        const refused = await ask();
        assert.equal(refused.status, 429);
        assert.equal(refused.headers['retry-after'], '40');
        assert.deepEqual(refused.json(), {
          message: 'at most 2 requests a minute',
          code: 'too.many.requests.retry.after',
          status: 429,
        });
        advance(39_499);
        assert.equal((await ask()).status, 429);
        advance(1);
        assert.equal((await ask()).status, 200);
      } finally {
        mock.timers.reset();
      }
    });
  });

  it('is of each client, whichever token it shows; what is not authenticated counts for nobody', async () => {
    await withApi(SAMPLE_OPERATIONS, two, async (running) => {
      const status = async (headers: Record<string, string>) =>
        (await running.ask('/api/v1/things/one', { headers })).status;
      const again = await tokenOf({ jti: 'two' });
      for (let count = 0; count < 5; count += 1) assert.equal(await status({}), 401);
      assert.deepEqual([await status(bearer(token)), await status(bearer(again))], [200, 200]);
      assert.deepEqual([await status(bearer(token)), await status(bearer(again))], [429, 429]);
      assert.deepEqual([await status(bearer(narrow)), await status(bearer(narrow))], [403, 403]);
      assert.equal(await status(bearer(narrow)), 429, 'what may not be had counts too');
    });
  });

  it('counts what is refused: whoever asks wrongly asks too', async () => {
    await withApi(SAMPLE_OPERATIONS, two, async (running) => {
      const statuses = [];
      for (let count = 0; count < 3; count += 1) {
        statuses.push((await running.ask('/api/v1/things/one?x=1', { headers: bearer(token) })).status);
      }
      assert.deepEqual(statuses, [400, 400, 429]);
    });
  });

  it('does not concern what needs no token, which has its own', async () => {
    await withApi(SAMPLE_OPERATIONS, { rate_limit: 1 }, async (running) => {
      const statuses = new Map<number, number>();
      for (let count = 0; count < 302; count += 1) {
        const { status } = await running.ask(count % 2 === 0 ? '/' : '/openapi.json');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      assert.deepEqual(Object.fromEntries(statuses), { 200: 300, 429: 2 });
      assert.equal((await running.ask('/api/v1/things/one', { headers: bearer(token) })).status, 200);
    });
  });
});

describe('the shutdown of the API', () => {
  /** An operation that waits until the test lets it go. */
  function waiting(): { operation: Operation; begun: Promise<AbortSignal>; letGo: () => void } {
    const begun = Promise.withResolvers<AbortSignal>();
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    const operation: Operation = {
      ...readThing,
      async handle({ signal }) {
        begun.resolve(signal);
        await promise;
        return { status: 200, body: { isAborted: signal.aborted } };
      },
    };
    return { operation, begun: begun.promise, letGo };
  }

  it('answers what is under way, and closes its connection', async () => {
    const { operation, begun, letGo } = waiting();
    const running = await RunningApi.start([operation]);
    const agent = new Agent({ keepAlive: true });
    const answer = running.ask('/api/v1/things/one', { headers: bearer(token), agent });
    await begun;
    const stopped = running.stop();
    letGo();
    const { status, headers, json } = await answer;
    assert.deepEqual([status, headers.connection, json()], [200, 'close', { isAborted: false }]);
    await stopped;
    agent.destroy();
    assert.equal(running.api.boundAddress, undefined);
  });

  it('cuts off at its deadline what is still under way, and tells it so', async () => {
    const { operation, begun, letGo } = waiting();
    const running = await RunningApi.start([operation]);
    const answer = running.ask('/api/v1/things/one', { headers: bearer(token) });
    const signal = await begun;
    const deadline = new AbortController();
    const stopped = running.api.shutdown(deadline.signal);
    deadline.abort();
    await assert.rejects(answer, /socket hang up/);
    await stopped;
    assert.equal(signal.aborted, true);
    letGo();
    await new Promise(setImmediate);
    assert.deepEqual(running.settings.lines, []);
    assert.equal(await counted(running, 'readThing', 'aborted'), 1);
  });

  it('is safe before the start, and twice', async () => {
    const running = await RunningApi.start([]);
    await Promise.all([running.stop(), running.stop()]);
    await running.stop();
  });

  it('gives its port back', async () => {
    const running = await RunningApi.start([]);
    const { port } = running;
    await running.stop();
    await withApi([], { endpoint: `127.0.0.1:${port}` }, (again) =>
      Promise.resolve(assert.equal(again.port, port)),
    );
  });
});
