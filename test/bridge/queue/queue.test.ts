import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { queueFactory } from '../../../bridge/queue/factory.ts';
import type { Queue } from '../../../bridge/queue/queue.ts';
import { testHost, testSettings } from '../../support/component-settings.ts';
import { StartedQueue } from '../../support/started-queue.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

const DAY_MS = 24 * 3_600_000;

let queue: StartedQueue;

const subjects = async (search = '') => (await queue.alerts(search)).map(({ session_id }) => session_id);

describe('the list of a queue over HTTP', () => {
  beforeEach(async () => {
    queue = await StartedQueue.open();
  });

  afterEach(() => queue.close());

  it('has its name, its skill and its alerts as JSON', async () => {
    await queue.take(transitionOf());
    const { status, headers, text } = await queue.ask('GET', '/v1/queue');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json');
    const { queue: name, skill, alerts } = JSON.parse(text) as Record<string, unknown>;
    assert.equal(name, 'Video Quality Alerts');
    assert.equal(skill, 'Video_Ops');
    assert.equal((alerts as { incident_key: string }[])[0]!.incident_key, transitionOf().incidentKey);
  });

  it('has an alert as soon as its transition is committed, which counts as sent', async () => {
    await queue.take(...incidentStory());
    assert.deepEqual(await queue.lines(), ['s-1 resolved']);
    const sent = await queue.settings.recorded('otelcol_exporter_sent_log_records', { exporter: 'queue' });
    assert.equal(sent, 3);
  });

  it('filters by status and keeps to a limit', async () => {
    await queue.take(...incidentStory({ subject: 'over' }), transitionOf({ subject: 'open' }));
    assert.deepEqual(await subjects('?status=open'), ['open']);
    assert.deepEqual(await subjects('?status=resolved'), ['over']);
    assert.deepEqual(await subjects('?limit=1'), ['open']);
    assert.deepEqual(await subjects('?limit=10000&other=ignored'), ['open', 'over']);
  });

  it('answers HEAD without a body', async () => {
    const { status, text } = await queue.ask('HEAD', '/v1/queue');
    assert.deepEqual([status, text], [200, '']);
  });

  it('answers 500, with nothing of the cause, when the alerts cannot be read', async () => {
    await queue.stored.database.commit([{ sql: 'DROP TABLE alerts', values: [] }]);
    const { status, body } = await queue.ask('GET', '/v1/queue');
    assert.equal(status, 500);
    assert.deepEqual(body, { error: 'the alerts could not be read' });
    assert.ok(queue.settings.lines.some(({ msg }) => msg === 'a request to the queue failed'));
  });

  it('answers 503 when a change cannot be stored, so that it is tried again', async () => {
    await queue.stored.database.commit([{ sql: 'DROP TABLE operators', values: [] }]);
    const { status, headers, body } = await queue.putOperator('ada');
    assert.equal(status, 503);
    assert.equal(headers['retry-after'], '5');
    assert.deepEqual(body, { error: 'the change could not be stored; try again' });
  });
});

describe('a request that the queue does not understand', () => {
  before(async () => {
    queue = await StartedQueue.open();
  });

  after(() => queue.close());

  const rows: [rule: string, path: string, method: string, status: number, error: RegExp][] = [
    ['an unknown status', '/v1/queue?status=closed', 'GET', 400, /status must be open, assigned, ack/],
    ['an empty status', '/v1/queue?status=', 'GET', 400, /status must be open, assigned, ack/],
    ['an unknown thing to include', '/v1/queue?include=all', 'GET', 400, /include must be held/],
    ['a limit of zero', '/v1/queue?limit=0', 'GET', 400, /from 1 to 10000/],
    ['a limit beyond the most', '/v1/queue?limit=10001', 'GET', 400, /from 1 to 10000/],
    ['a negative limit', '/v1/queue?limit=-1', 'GET', 400, /from 1 to 10000/],
    ['a limit that is no number', '/v1/queue?limit=ten', 'GET', 400, /from 1 to 10000/],
    ['a limit with an exponent', '/v1/queue?limit=1e2', 'GET', 400, /from 1 to 10000/],
    ['another path', '/', 'GET', 404, /the alerts are at \/v1\/queue/],
    ['a path below', '/v1/queue/1', 'GET', 404, /not found/],
    ['a target that is no URL', '//', 'GET', 404, /not found/],
    ['a path that is no text', '/v1/queue/alerts/%zz', 'GET', 404, /not found/],
    ['a POST', '/v1/queue', 'POST', 405, /only GET, HEAD is allowed/],
    ['a DELETE', '/v1/queue', 'DELETE', 405, /only GET, HEAD is allowed/],
  ];
  for (const [rule, path, method, status, error] of rows) {
    it(`refuses ${rule} with ${status}`, async () => {
      const answer = await queue.ask(method, path);
      assert.equal(answer.status, status);
      assert.match(answer.body.error, error);
      if (status === 405) assert.equal(answer.headers.allow, 'GET, HEAD');
    });
  }
});

describe('a queue with a min_severity', () => {
  afterEach(() => queue.close());

  it('has what got that severe, and no other; by default warnings, too', async () => {
    queue = await StartedQueue.open({ section: { min_severity: 'critical' } });
    const mild = transitionOf({ subject: 'mild', severity: 'warning' });
    await queue.take(mild, ...incidentStory({ subject: 'worse' }));
    assert.deepEqual(await subjects(), ['worse']);
    await queue.restart();
    await queue.take(mild);
    assert.ok((await subjects()).includes('mild'));
  });
});

describe('a queue with auth', () => {
  afterEach(() => queue.close());

  const gate = {
    start: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    authenticate: ({ authorization }: { authorization?: string }) => authorization === 'Bearer right',
  };
  const section = { auth: { authenticator: 'gate' } };

  it('lets in who has the credential, and nobody else, whatever they ask for', async () => {
    queue = await StartedQueue.open({ section, extensions: { gate } });
    const right = await queue.ask('GET', '/v1/queue', undefined, { authorization: 'Bearer right' });
    assert.equal(right.status, 200);
    for (const [method, path] of [
      ['GET', '/v1/queue'],
      ['GET', '/v1/queue/operators'],
      ['PUT', '/v1/queue/operators/ada'],
      ['DELETE', '/v1/queue/operators/ada'],
      ['POST', '/v1/queue/claim'],
      ['POST', '/v1/queue/alerts/1/acknowledge'],
      ['GET', '/nowhere'],
      ['POST', '/v1/queue'],
    ] as const) {
      for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
        const answer = await queue.ask(method, path, undefined, headers);
        assert.equal(answer.status, 401, `${method} ${path}`);
        assert.equal(answer.headers['www-authenticate'], 'Bearer');
      }
    }
  });

  it('does not start without its authenticator', async () => {
    queue = await StartedQueue.open();
    await queue.queue.shutdown();
    await assert.rejects(queue.start({ section }), /authenticator "gate" not found/);
  });
});

describe('the life of a queue', () => {
  beforeEach(async () => {
    queue = await StartedQueue.open();
  });

  afterEach(() => queue.close());

  it('removes resolved alerts when they have been kept for long enough, at the start and every hour', async () => {
    await queue.take(...incidentStory(), transitionOf({ subject: 'open' }));
    queue.stored.clock.advance(7 * DAY_MS);
    assert.deepEqual(await subjects(), ['open', 's-1']);
    queue.stored.clock.advance(3_600_000);
    assert.deepEqual(await subjects(), ['open']);
    await queue.take(transitionOf({ subject: 'open', kind: 'ended', sequence: 1 }));
    await queue.restart();
    assert.deepEqual(await subjects(), []);
  });

  it('fails its start when its address is taken, and can then be stopped', async () => {
    const second = create({ endpoint: queue.queue.boundAddress });
    await assert.rejects(second.start(testHost()), /EADDRINUSE/);
    await second.shutdown();
  });

  it('can be stopped twice, and before its start', async () => {
    await queue.queue.shutdown();
    await queue.queue.shutdown();
    assert.equal(queue.queue.boundAddress, undefined);
    await create({}).shutdown();
  });

  function create(section: object): Queue {
    const config = queueFactory.configSchema.parse(section);
    const settings = testSettings({ id: 'queue/2', clock: queue.stored.clock });
    return queueFactory.create(settings, config as never, queue.stored.outbox) as Queue;
  }
});
