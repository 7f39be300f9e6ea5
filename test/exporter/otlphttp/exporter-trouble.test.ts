import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { diag } from '@opentelemetry/api';
import { testHost } from '../../support/component-settings.ts';
import { qualityBatch, qualitySample } from '../../support/quality-sample.ts';
import { bedPerTest, NEVER } from './bed.ts';

const bed = bedPerTest();
/** Tells the SDK to try again at once. */
const COME_AGAIN = { 'retry-after': new Date(0).toUTCString() };

async function eventLoopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await eventLoopTurn();
}

describe('a backend in trouble', () => {
  for (const status of [429, 502, 503, 504]) {
    it(`gets the same points again after ${status}`, async () => {
      const { exporter, input, sent, sendFailed, settings } = await bed().started();
      await input.consume(qualityBatch(qualitySample({ mos: 4 })));
      bed().sink.answerNext({ status, headers: COME_AGAIN });
      await exporter.flush();
      const [first, second] = bed().sink.requests;
      assert.deepEqual(second!.metrics, first!.metrics);
      assert.deepEqual([await sent(), await sendFailed()], [3, 0]);
      assert.deepEqual(settings.lines, []);
    });
  }

  for (const status of [400, 404, 413, 500]) {
    it(`is asked once after ${status}, and the points are lost`, async () => {
      const { exporter, input, sent, sendFailed, settings } = await bed().started();
      await input.consume(qualityBatch(qualitySample({ mos: 4 })));
      bed().sink.answerNext({ status, body: 'no' });
      await exporter.flush();
      assert.equal(bed().sink.requests.length, 1);
      assert.deepEqual([await sent(), await sendFailed()], [0, 3]);
      assert.match(String(settings.lines[0]!['reason']), new RegExp(`^HTTP ${status} .* no$`));
    });
  }

  it('is logged once when it begins and once when it ends, however often exports fail meanwhile', async () => {
    const { exporter, settings } = await bed().started({ export_interval: '1h' });
    for (let attempt = 0; attempt < 3; attempt++) {
      bed().sink.answerNext({ status: 500 });
      await exporter.flush();
    }
    await exporter.flush();
    assert.deepEqual(
      settings.lines.map(({ level, msg }) => [level, msg]),
      [
        ['warn', 'metrics could not be exported; trying on'],
        ['info', 'metrics are exported again'],
      ],
    );
  });

  it('is judged by each export, also when one follows at the heels of another', async () => {
    const { exporter, settings } = await bed().started({ export_interval: '1h' });
    bed().sink.answerNext({ status: 500 });
    const first = exporter.flush();
    await bed().sink.received(1);
    await Promise.all([first, exporter.flush()]);
    assert.deepEqual(
      settings.lines.map(({ level }) => level),
      ['warn', 'info'],
    );
  });

  it('turns the exporter unhealthy after five minutes, and a success turns it back', async () => {
    const { exporter, settings } = await bed().started({ export_interval: '1h' });
    for (const waitMs of [5 * 60_000, 0]) {
      bed().sink.answerNext({ status: 500 });
      await exporter.flush();
      bed().clock.advance(waitMs);
    }
    assert.equal(settings.statuses[0]!.kind, 'unhealthy');
    await exporter.flush();
    assert.deepEqual(settings.statuses[1], { kind: 'ok' });
  });

  it('that does not answer is left alone until the next export', async () => {
    const { exporter, input, sendFailed, settings } = await bed().started({
      timeout: '200ms',
      max_batch_points: 1,
    });
    await input.consume(qualityBatch(qualitySample({ mos: 4 })));
    bed().sink.answerNext('hang');
    const flushed = exporter.flush();
    await bed().sink.received(1);
    bed().clock.advance(200);
    await flushed;
    assert.equal(bed().sink.requests.length, 1);
    assert.equal(await sendFailed(), 3);
    assert.equal(settings.lines[0]!['reason'], 'no complete answer within 200 ms');
    await bed().sink.abandoned(1);
    await exporter.flush();
    assert.equal(bed().sink.requests.length, 4);
  });

  it('that refuses one batch still gets the others', async () => {
    const { exporter, input, sent, sendFailed } = await bed().started({ max_batch_points: 1 });
    await input.consume(qualityBatch(qualitySample({ mos: 4 })));
    bed().sink.answerNext({ status: 400 });
    await exporter.flush();
    assert.deepEqual([await sent(), await sendFailed()], [2, 1]);
  });

  it('that cannot be reached does not keep the process from starting or stopping', async () => {
    const { exporter, settings } = bed().created({ timeout: '200ms' });
    await bed().sink.close();
    await exporter.start(testHost());
    await exporter.flush();
    assert.match(String(settings.lines[0]!['reason']), /ECONNREFUSED/);
    await exporter.shutdown(NEVER);
  });

  it('never sees its credentials in the log', async () => {
    const url = new URL(bed().sink.url);
    url.username = 'user';
    url.password = 'pa55w0rd';
    const { exporter, settings } = await bed().started({
      endpoint: url.href,
      headers: { 'x-key': 's3cr3t-k3y' },
    });
    bed().sink.answerNext({ status: 403, body: 'key s3cr3t-k3y is unknown' });
    await exporter.flush();
    assert.equal(bed().sink.requests[0]!.headers['x-key'], 's3cr3t-k3y');
    assert.match(JSON.stringify(settings.lines), /REDACTED/);
    assert.doesNotMatch(JSON.stringify(settings.lines), /s3cr3t|pa55w0rd/);
  });
});

describe('a fault of our own', () => {
  it('while collecting is logged like a failed export', async () => {
    const brokenHub = { producer: () => ({ collect: () => Promise.reject(new Error('no table')) }) };
    const { exporter, settings } = bed().created({}, {}, brokenHub);
    await exporter.start(testHost());
    await exporter.flush();
    assert.deepEqual(
      settings.lines.map(({ level, reason }) => [level, reason]),
      [['warn', 'no table']],
    );
  });
});

describe('its life', () => {
  it('is switched off, with one line that says so, when no endpoint is set', async () => {
    const { exporter, settings } = await bed().started({ endpoint: '' });
    bed().clock.advance(60_000);
    await exporter.flush();
    await exporter.shutdown(NEVER);
    assert.deepEqual(
      settings.lines.map(({ level, msg }) => [level, msg]),
      [['info', 'switched off: no endpoint is set']],
    );
    assert.deepEqual(settings.statuses, []);
  });

  it('exports a last time before it stops', async () => {
    const { exporter, input } = await bed().started();
    await input.consume(qualityBatch(qualitySample({ mos: 4 })));
    await exporter.shutdown(NEVER);
    assert.deepEqual(bed().sessionsSeen(), ['s-1']);
    assert.equal(bed().clock.nextDueMs(), undefined);
  });

  it('stops at its deadline when the backend hangs', async () => {
    const { exporter, settings } = await bed().started({ timeout: '200ms' });
    const deadline = new AbortController();
    bed().sink.answerNext('hang');
    const stopped = exporter.shutdown(deadline.signal);
    await bed().sink.received(1);
    deadline.abort();
    await stopped;
    await bed().sink.abandoned(1);
    await eventLoopTurns(10);
    assert.deepEqual(
      settings.lines.map(({ msg }) => msg),
      ['the last export was cut off at the deadline'],
    );
  });

  it('may be shut down before start, after a failed start, and twice', async () => {
    const { exporter } = bed().created({ auth: { authenticator: 'absent' } });
    await exporter.shutdown(NEVER);
    await assert.rejects(exporter.start(testHost()), /authenticator "absent" not found/);
    await exporter.shutdown(NEVER);
    const complaints: string[] = [];
    const note = (message: string) => void complaints.push(message);
    const sdkLog = { error: note, warn: note, info: note, debug: () => {}, verbose: () => {} };
    diag.setLogger(sdkLog);
    try {
      const other = await bed().started();
      await other.exporter.shutdown(NEVER);
      await other.exporter.shutdown(NEVER);
      await other.exporter.flush();
      assert.equal(bed().sink.requests.length, 1);
      assert.deepEqual(complaints, []);
    } finally {
      diag.disable();
    }
  });

  it('does not begin an export while one is under way', async () => {
    const { exporter } = await bed().started({ export_interval: '200ms', timeout: '1h' });
    bed().sink.answerNext('hang');
    const flushed = exporter.flush();
    await bed().sink.received(1);
    bed().clock.advance(199);
    assert.equal(bed().sink.requests.length, 1);
    // The interval comes round, and the time of the hanging request, which is no longer than an interval, is up.
    bed().clock.advance(1);
    await flushed;
    await exporter.flush();
    assert.equal(bed().sink.requests.length, 2);
  });
});
