import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import { queueFactory } from '../../../bridge/queue/factory.ts';
import type { Queue } from '../../../bridge/queue/queue.ts';
import type { TransitionSink } from '../../../bridge/transition/batch.ts';
import type { Component } from '../../../collector/component.ts';
import { testHost, testSettings, type TestSettings } from '../../support/component-settings.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

const DAY_MS = 24 * 3_600_000;

let stored: StoredOutbox;
let settings: TestSettings;
let queue: Queue;
let sink: TransitionSink;

before(async () => {
  stored = await StoredOutbox.open();
});

afterEach(async () => {
  await queue.shutdown();
  await stored.clear();
});

after(() => stored.close());

async function start(section: object = {}, extensions: Record<string, Component> = {}): Promise<void> {
  const config = queueFactory.configSchema.parse({ endpoint: '127.0.0.1:0', ...section });
  settings = testSettings({ id: 'queue', clock: stored.clock });
  queue = queueFactory.create(settings, config as never, stored.outbox) as Queue;
  sink = stored.outbox.sink('logs', [queue]);
  await queue.start(testHost(extensions));
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const [host, port] = queue.boundAddress!.split(':');
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host, port, path, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    outgoing.once('error', reject).end();
  });
}

async function listed(search = ''): Promise<readonly { session_id: string; status: string }[]> {
  const answer = await ask(`/v1/queue${search}`);
  assert.equal(answer.status, 200, answer.text);
  return (JSON.parse(answer.text) as { alerts: { session_id: string; status: string }[] }).alerts;
}

const subjects = async (search = '') => (await listed(search)).map(({ session_id }) => session_id);

describe('the queue over HTTP', () => {
  it('lists its name, its skill and its alerts as JSON', async () => {
    await start();
    await sink.consume({ transitions: [transitionOf()], records: [] });
    const { status, headers, text } = await ask('/v1/queue');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json');
    const { queue: name, skill, alerts } = JSON.parse(text) as Record<string, unknown>;
    assert.equal(name, 'Video Quality Alerts');
    assert.equal(skill, 'Video_Ops');
    assert.equal((alerts as { incident_key: string }[])[0]!.incident_key, transitionOf().incidentKey);
  });

  it('lists an alert as soon as its transition is committed, and counts it as sent', async () => {
    await start();
    await sink.consume({ transitions: incidentStory(), records: [] });
    assert.deepEqual(
      (await listed()).map(({ status }) => status),
      ['resolved'],
    );
    assert.equal(await settings.recorded('otelcol_exporter_sent_log_records', { exporter: 'queue' }), 3);
  });

  it('lists warnings, too, and with a higher min_severity only what got that severe', async () => {
    await start({ min_severity: 'critical' });
    const mild = transitionOf({ subject: 'mild', severity: 'warning' });
    await sink.consume({ transitions: [mild, ...incidentStory({ subject: 'worse' })], records: [] });
    assert.deepEqual(await subjects(), ['worse']);
    await queue.shutdown();
    await start();
    await sink.consume({ transitions: [mild], records: [] });
    assert.ok((await subjects()).includes('mild'));
  });

  it('filters by status and keeps to a limit', async () => {
    await start();
    const transitions = [...incidentStory({ subject: 'over' }), transitionOf({ subject: 'open' })];
    await sink.consume({ transitions, records: [] });
    assert.deepEqual(await subjects('?status=open'), ['open']);
    assert.deepEqual(await subjects('?status=resolved'), ['over']);
    assert.deepEqual(await subjects('?limit=1'), ['open']);
    assert.deepEqual(await subjects('?limit=10000&other=ignored'), ['open', 'over']);
  });

  const rows: [rule: string, path: string, method: string, status: number, error: RegExp][] = [
    ['an unknown status', '/v1/queue?status=closed', 'GET', 400, /status must be open or resolved/],
    ['an empty status', '/v1/queue?status=', 'GET', 400, /status must be open or resolved/],
    ['a limit of zero', '/v1/queue?limit=0', 'GET', 400, /from 1 to 10000/],
    ['a limit beyond the most', '/v1/queue?limit=10001', 'GET', 400, /from 1 to 10000/],
    ['a negative limit', '/v1/queue?limit=-1', 'GET', 400, /from 1 to 10000/],
    ['a limit that is no number', '/v1/queue?limit=ten', 'GET', 400, /from 1 to 10000/],
    ['a limit with an exponent', '/v1/queue?limit=1e2', 'GET', 400, /from 1 to 10000/],
    ['another path', '/', 'GET', 404, /the alerts are at \/v1\/queue/],
    ['a path below', '/v1/queue/1', 'GET', 404, /not found/],
    ['a target that is no URL', '//', 'GET', 404, /not found/],
    ['a POST', '/v1/queue', 'POST', 405, /only GET/],
    ['a DELETE', '/v1/queue', 'DELETE', 405, /only GET/],
  ];
  for (const [rule, path, method, status, error] of rows) {
    it(`refuses ${rule} with ${status}`, async () => {
      await start();
      const answer = await ask(path, { method });
      assert.equal(answer.status, status);
      assert.match((JSON.parse(answer.text) as { error: string }).error, error);
      if (status === 405) assert.equal(answer.headers.allow, 'GET, HEAD');
    });
  }

  it('answers HEAD without a body', async () => {
    await start();
    const { status, text } = await ask('/v1/queue', { method: 'HEAD' });
    assert.deepEqual([status, text], [200, '']);
  });

  it('answers 500, with nothing of the cause, when the alerts cannot be read', async () => {
    await start();
    await stored.database.commit([{ sql: 'DROP TABLE alerts', values: [] }]);
    const { status, text } = await ask('/v1/queue');
    assert.equal(status, 500);
    assert.deepEqual(JSON.parse(text), { error: 'the alerts could not be read' });
    assert.ok(settings.lines.some(({ msg }) => msg === 'the alerts could not be listed'));
  });
});

describe('a queue with auth', () => {
  const gate = {
    start: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    authenticate: ({ authorization }: { authorization?: string }) => authorization === 'Bearer right',
  };
  const section = { auth: { authenticator: 'gate' } };

  it('lets in who has the credential, and nobody else, whatever they ask for', async () => {
    await start(section, { gate });
    assert.equal((await ask('/v1/queue', { headers: { authorization: 'Bearer right' } })).status, 200);
    for (const [path, method] of [
      ['/v1/queue', 'GET'],
      ['/nowhere', 'GET'],
      ['/v1/queue', 'POST'],
    ] as const) {
      for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
        const answer = await ask(path, { method, headers });
        assert.equal(answer.status, 401);
        assert.equal(answer.headers['www-authenticate'], 'Bearer');
      }
    }
  });

  it('does not start without its authenticator', async () => {
    await assert.rejects(start(section), /authenticator "gate" not found/);
  });
});

describe('the life of a queue', () => {
  it('keeps its alerts over a restart', async () => {
    await start();
    await sink.consume({ transitions: [transitionOf()], records: [] });
    await queue.shutdown();
    await stored.stop();
    stored = await StoredOutbox.open(stored);
    await start();
    assert.deepEqual(await subjects(), ['s-1']);
  });

  it('removes resolved alerts when they have been kept for long enough, at the start and every hour', async () => {
    await start();
    await sink.consume({ transitions: [...incidentStory(), transitionOf({ subject: 'open' })], records: [] });
    stored.clock.advance(7 * DAY_MS);
    assert.deepEqual(await subjects(), ['open', 's-1']);
    stored.clock.advance(3_600_000);
    assert.deepEqual(await subjects(), ['open']);
    await sink.consume({
      transitions: [transitionOf({ subject: 'open', kind: 'ended', sequence: 1 })],
      records: [],
    });
    await queue.shutdown();
    await start();
    assert.deepEqual(await subjects(), []);
  });

  it('fails its start when its address is taken, and can then be stopped', async () => {
    await start();
    const config = queueFactory.configSchema.parse({ endpoint: queue.boundAddress });
    const second = queueFactory.create(
      testSettings({ id: 'queue/2' }),
      config as never,
      stored.outbox,
    ) as Queue;
    await assert.rejects(second.start(testHost()), /EADDRINUSE/);
    await second.shutdown();
  });

  it('can be stopped twice, and before its start', async () => {
    await start();
    await queue.shutdown();
    await queue.shutdown();
    assert.equal(queue.boundAddress, undefined);
    const config = queueFactory.configSchema.parse({});
    await (queueFactory.create(settings, config as never, stored.outbox) as Queue).shutdown();
  });
});
