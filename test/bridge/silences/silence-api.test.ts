import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { transitionOf } from '../../support/transition.ts';
import { BODY, errorOf, NOW, StartedSilences } from './started-silences.ts';

const HOUR_MS = 3_600_000;
const UPGRADE = {
  matchers: ['edge=ber-1'],
  starts_at: '2026-01-01T01:00:00Z',
  ends_at: '2026-01-01T02:00:00Z',
  author: 'ops',
  comment: 'SFU upgrade',
};

let running: StartedSilences;

before(async () => {
  running = await StartedSilences.open();
});

afterEach(() => running.clear());

after(() => running.close());

describe('POST /v1/silences', () => {
  it('makes a silence, says where it is, and shows all of it', async () => {
    await running.start();
    const { status, headers, text } = await running.ask('POST', '/v1/silences', BODY);
    assert.equal(status, 201);
    const { id, ...shown } = JSON.parse(text) as { id: string };
    assert.equal(headers.location, `/v1/silences/${id}`);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(shown, {
      state: 'active',
      origin: 'api',
      matchers: ['edge=fra-3', 'severity!=critical'],
      starts_at: NOW,
      ends_at: '2026-01-01T02:00:00.000Z',
      author: 'ops',
      comment: 'SFU upgrade',
      created_at: NOW,
      held_back: { count: 0 },
    });
    const again = await running.ask('GET', `/v1/silences/${id}`);
    assert.deepEqual([again.status, JSON.parse(again.text)], [200, { id, ...shown }]);
  });

  it('silences from the start on, and no longer at the end', async () => {
    await running.start();
    const { id } = await running.make({ starts_at: '2026-01-01T01:00:00Z', duration: '1h' });
    const transition = transitionOf({ dimensions: { edge: 'fra-3' } });
    const at = (time: string) => {
      const nowMs = Date.parse(time);
      assert.equal(
        running.silences.isActive(id, nowMs),
        running.silences.silenceOf(transition, nowMs) === id,
      );
      return running.silences.isActive(id, nowMs);
    };
    assert.equal(at('2026-01-01T00:59:59.999Z'), false);
    assert.equal(at('2026-01-01T01:00:00Z'), true);
    assert.equal(at('2026-01-01T01:59:59.999Z'), true);
    assert.equal(at('2026-01-01T02:00:00Z'), false);
  });

  it('names every field that is wrong', async () => {
    await running.start();
    const answer = await running.ask('POST', '/v1/silences', {
      matchers: ['egde=x'],
      duration: '2h',
      author: '',
    });
    assert.equal(answer.status, 400);
    assert.deepEqual(errorOf(answer), {
      error:
        'matchers[0] has an unknown name; did you mean "edge"?; author must not be empty; comment is missing',
      problems: [
        { field: 'matchers[0]', message: 'has an unknown name; did you mean "edge"?' },
        { field: 'author', message: 'must not be empty' },
        { field: 'comment', message: 'is missing' },
      ],
    });
    assert.deepEqual(await running.list(), []);
  });

  const json = { 'content-type': 'application/json' };
  const rows: [rule: string, body: string, headers: Record<string, string>, status: number, error: RegExp][] =
    [
      ['a body that is no JSON', '{"matchers": hunter2', json, 400, /^the body is no JSON in UTF-8$/],
      ['an empty body', '', json, 400, /no JSON/],
      ['no content type', JSON.stringify(BODY), {}, 415, /application\/json/],
      ['a form', 'matchers=x', { 'content-type': 'text/plain' }, 415, /application\/json/],
      ['a compressed body', 'x', { ...json, 'content-encoding': 'gzip' }, 415, /Content-Encoding/],
      ['a body that is too large', ' '.repeat(32 * 1_024 + 1), json, 413, /at most 32768 bytes/],
      [
        'a body that turns out too large',
        ' '.repeat(64 * 1_024),
        { ...json, 'transfer-encoding': 'chunked' },
        413,
        /at most 32768 bytes/,
      ],
    ];
  for (const [rule, body, headers, status, error] of rows) {
    it(`refuses ${rule} with ${status}`, async () => {
      await running.start();
      const answer = await running.ask('POST', '/v1/silences', body, headers);
      assert.equal(answer.status, status);
      assert.match(errorOf(answer).error, error);
    });
  }

  it('takes the longest terms there are', async () => {
    await running.start();
    const matchers = Array.from({ length: 20 }, () => `edge=${'ü'.repeat(507)}`);
    await running.make({ matchers, author: 'ü'.repeat(200), comment: '"'.repeat(2_000) });
  });

  it('has none stored when the disk refuses it, and says to come again', async () => {
    await running.start();
    running.storage.databases[0]!.commitFault = new Error('disk full');
    const answer = await running.ask('POST', '/v1/silences', BODY);
    assert.equal(answer.status, 503);
    assert.deepEqual(errorOf(answer), { error: 'could not be stored; nothing has changed' });
    assert.equal(answer.headers['retry-after'], '5');
    running.storage.databases[0]!.commitFault = undefined;
    assert.deepEqual(await running.list(), []);
    await running.make();
  });

  it('makes as many as come at once, each with an id of its own', async () => {
    await running.start();
    const made = await Promise.all(Array.from({ length: 50 }, () => running.make()));
    assert.equal(new Set(made.map(({ id }) => id)).size, 50);
    assert.equal((await running.list()).length, 50);
  });

  it('makes no more than max_silences, however many come at once', async () => {
    await running.start({ max_silences: 10 });
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => running.ask('POST', '/v1/silences', BODY)),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 10);
    const refused = answers.filter(({ status }) => status === 409);
    assert.equal(refused.length, 20);
    assert.match(errorOf(refused[0]!).error, /max_silences is 10, and none is expired/);
  });

  it('has the longest expired one make room for a new one', async () => {
    await running.start({ max_silences: 3 });
    const last = await running.make({ duration: '20m' });
    const first = await running.make({ duration: '10m' });
    await running.make({ duration: '3h' });
    running.clock.advance(HOUR_MS);
    await running.make();
    const ids = (await running.list()).map(({ id }) => id);
    assert.equal(ids.length, 3);
    assert.ok(ids.includes(last.id) && !ids.includes(first.id));
  });
});

describe('GET /v1/silences', () => {
  it('lists windows and silences, the one that starts last first, and those of one state', async () => {
    await running.start({ windows: [UPGRADE] });
    const over = await running.make({ duration: '10m' });
    const coming = await running.make({ starts_at: '2026-01-01T03:00:00Z' });
    const lasting = await running.make({ starts_at: '2026-01-01T00:00:01Z', duration: '8h' });
    running.clock.advance(HOUR_MS);
    const shown = async (search = '') =>
      (await running.list(search)).map(({ id, state, origin }) => [
        id.startsWith('window-') ? 'window' : id,
        state,
        origin,
      ]);
    assert.deepEqual(await shown(), [
      [coming.id, 'pending', 'api'],
      ['window', 'active', 'config'],
      [lasting.id, 'active', 'api'],
      [over.id, 'expired', 'api'],
    ]);
    assert.equal((await shown('?state=active')).length, 2);
    assert.deepEqual(await shown('?state=pending'), [[coming.id, 'pending', 'api']]);
    assert.deepEqual(await shown('?state=expired&other=ignored'), [[over.id, 'expired', 'api']]);
  });

  it('refuses a state that there is not', async () => {
    await running.start();
    for (const search of ['?state=', '?state=open']) {
      const answer = await running.ask('GET', `/v1/silences${search}`);
      assert.equal(answer.status, 400);
      assert.deepEqual(errorOf(answer).problems, [
        { field: 'state', message: 'must be one of pending, active, expired' },
      ]);
    }
  });

  it('answers HEAD without a body', async () => {
    await running.start();
    const { status, text } = await running.ask('HEAD', '/v1/silences');
    assert.deepEqual([status, text], [200, '']);
  });

  it('keeps an expired one for seven days', async () => {
    await running.start();
    await running.make({ duration: '1h' });
    await running.advance(HOUR_MS + 7 * 24 * HOUR_MS - 1);
    assert.equal((await running.list('?state=expired')).length, 1);
    await running.advance(1);
    assert.deepEqual(await running.list(), []);
    await running.stop();
    await running.start();
    assert.deepEqual(await running.list(), []);
  });

  it('shows a window that is over only when it was seen while it lasted', async () => {
    const windows = [
      { ...UPGRADE, repeat: 'daily', starts_at: '2025-12-01T01:00:00Z', ends_at: '2025-12-01T02:00:00Z' },
    ];
    await running.start({ windows });
    const starts = async () =>
      (await running.list()).map(({ starts_at: at, state }) => `${at.slice(5, 13)} ${state}`);
    assert.deepEqual(await starts(), ['01-01T01 pending']);
    await running.advance(HOUR_MS);
    assert.deepEqual(await starts(), ['01-02T01 pending', '01-01T01 active']);
    await running.advance(HOUR_MS);
    await running.stop();
    await running.start({ windows });
    assert.deepEqual(await starts(), ['01-02T01 pending', '01-01T01 expired']);
  });
});

describe('PUT /v1/silences/{id}', () => {
  it('extends an active one, which stays the same silence', async () => {
    await running.start();
    const { id } = await running.make();
    running.clock.advance(HOUR_MS);
    const { status, text } = await running.ask('PUT', `/v1/silences/${id}`, {
      ...BODY,
      duration: '5h',
      comment: 'takes longer',
    });
    assert.equal(status, 200, text);
    const shown = JSON.parse(text) as Record<string, unknown>;
    assert.equal(shown.starts_at, NOW);
    assert.equal(shown.ends_at, '2026-01-01T05:00:00.000Z');
    assert.equal(shown.comment, 'takes longer');
    assert.equal(shown.created_at, NOW);
    assert.equal(shown.updated_at, '2026-01-01T01:00:00.000Z');
    assert.equal(running.silences.isActive(id, Date.parse('2026-01-01T04:59:59Z')), true);
  });

  it('changes everything of one that is pending', async () => {
    await running.start();
    const { id } = await running.make({ starts_at: '2026-01-01T05:00:00Z' });
    const change = { ...BODY, matchers: ['edge=ber-1'], starts_at: '2026-01-01T00:00:00Z' };
    assert.equal((await running.ask('PUT', `/v1/silences/${id}`, change)).status, 200);
    const nowMs = running.clock.nowMs();
    assert.equal(running.silences.silenceOf(transitionOf({ dimensions: { edge: 'ber-1' } }), nowMs), id);
    assert.equal(
      running.silences.silenceOf(transitionOf({ dimensions: { edge: 'fra-3' } }), nowMs),
      undefined,
    );
  });

  it('changes neither matchers nor start of one that is active: it has held back by them', async () => {
    await running.start();
    const { id } = await running.make();
    for (const change of [{ matchers: ['edge=fra-3'] }, { starts_at: '2026-01-01T00:30:00Z' }]) {
      const answer = await running.ask('PUT', `/v1/silences/${id}`, { ...BODY, ...change });
      assert.equal(answer.status, 409);
      assert.equal(errorOf(answer).problems?.[0]?.field, 'matchers');
    }
    const same = await running.ask('PUT', `/v1/silences/${id}`, { ...BODY, starts_at: NOW });
    assert.equal(same.status, 200);
  });

  it('changes nothing of one that is expired', async () => {
    await running.start();
    const { id } = await running.make();
    running.clock.advance(2 * HOUR_MS);
    const answer = await running.ask('PUT', `/v1/silences/${id}`, { ...BODY, duration: '5h' });
    assert.equal(answer.status, 409);
    assert.match(errorOf(answer).error, /is expired; make a new one/);
  });

  it('is refused as a POST would be, and then changes nothing', async () => {
    await running.start();
    const { id } = await running.make();
    const answer = await running.ask('PUT', `/v1/silences/${id}`, { ...BODY, author: undefined });
    assert.equal(answer.status, 400);
    assert.equal((await running.list())[0]!.ends_at, '2026-01-01T02:00:00.000Z');
  });
});

describe('DELETE /v1/silences/{id}', () => {
  it('ends it now, and once', async () => {
    await running.start();
    const { id } = await running.make();
    running.clock.advance(HOUR_MS);
    const nowMs = running.clock.nowMs();
    assert.equal(running.silences.isActive(id, nowMs), true);
    const { status, text } = await running.ask('DELETE', `/v1/silences/${id}`);
    assert.equal(status, 200);
    const shown = JSON.parse(text) as { state: string; ends_at: string };
    assert.deepEqual([shown.state, shown.ends_at], ['expired', '2026-01-01T01:00:00.000Z']);
    assert.equal(running.silences.isActive(id, nowMs), false);
    running.clock.advance(HOUR_MS / 2);
    const again = await running.ask('DELETE', `/v1/silences/${id}`);
    assert.deepEqual([again.status, JSON.parse(again.text)], [200, JSON.parse(text)]);
  });

  it('ends one that has not begun, so that it never does', async () => {
    await running.start();
    const { id } = await running.make({ starts_at: '2026-01-01T05:00:00Z' });
    await running.ask('DELETE', `/v1/silences/${id}`);
    assert.equal(running.silences.isActive(id, Date.parse('2026-01-01T05:30:00Z')), false);
    const [shown] = await running.list('?state=expired');
    assert.deepEqual([shown!.starts_at, shown!.ends_at], [NOW, NOW]);
  });

  it('is refused for a window, as a PUT is', async () => {
    await running.start({ windows: [UPGRADE] });
    const [{ id } = { id: '' }] = await running.list();
    for (const method of ['DELETE', 'PUT']) {
      const answer = await running.ask(method, `/v1/silences/${id}`, BODY);
      assert.equal(answer.status, 409);
      assert.match(errorOf(answer).error, /maintenance window of the configuration; change it there/);
    }
    assert.equal((await running.ask('GET', `/v1/silences/${id}`)).status, 200);
  });
});

describe('the paths of the API', () => {
  const rows: [method: string, path: string, status: number, allow?: string][] = [
    ['GET', '/', 404],
    ['GET', '//', 404],
    ['GET', '/v1/silencesx', 404],
    ['GET', '/v1/silences/', 404],
    ['GET', '/v1/silences/unknown', 404],
    ['PUT', '/v1/silences/unknown', 404],
    ['DELETE', '/v1/silences/unknown', 404],
    ['DELETE', '/v1/silences', 405, 'GET, HEAD, POST'],
    ['PUT', '/v1/silences', 405, 'GET, HEAD, POST'],
    ['POST', '/v1/silences/unknown', 405, 'GET, HEAD, PUT, DELETE'],
    ['PATCH', '/v1/silences/unknown', 405, 'GET, HEAD, PUT, DELETE'],
  ];
  for (const [method, path, status, allow] of rows) {
    it(`answer ${method} ${path} with ${status}`, async () => {
      await running.start();
      const answer = await running.ask(method, path, BODY);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.headers.allow, allow);
      assert.equal(typeof errorOf(answer).error, 'string');
    });
  }
});

describe('the API with auth', () => {
  const gate = {
    start: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    authenticate: ({ authorization }: { authorization?: string }) => authorization === 'Bearer right',
  };

  it('lets in who has the credential, and nobody else, whatever they ask for', async () => {
    await running.start({ auth: { authenticator: 'gate' } }, { gate });
    for (const [method, path] of [
      ['GET', '/v1/silences'],
      ['POST', '/v1/silences'],
      ['DELETE', '/v1/silences/x'],
      ['PATCH', '/nowhere'],
    ] as const) {
      for (const authorization of [undefined, 'Bearer wrong']) {
        const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
        const answer = await running.ask(method, path, method === 'GET' ? undefined : BODY, headers);
        assert.equal(answer.status, 401);
        assert.equal(answer.headers['www-authenticate'], 'Bearer');
      }
    }
    const headers = { 'content-type': 'application/json', authorization: 'Bearer right' };
    assert.equal((await running.ask('POST', '/v1/silences', BODY, headers)).status, 201);
  });
});
