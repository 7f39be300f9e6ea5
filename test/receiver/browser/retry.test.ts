// What the receiver does when it, or the stage behind it, has too much: a body that is sent again gives the same samples,
// none lost and none doubled.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RefusedError } from '../../../collector/component.ts';
import { BEGIN_MS, envelope } from './reports.ts';
import { bearer, runBrowser, WITH_TOKENS } from './running-browser.ts';

const EVENT = { events: [{ type: 'network_change', at_ms: BEGIN_MS + 2_500 }] };
const COUNTED = { receiver: 'browser', transport: 'http' };

describe('when the next stage refuses', () => {
  it('answers 503 with its time to wait, and gives it the same samples on the second try', async () => {
    const steady = await runBrowser();
    await steady.report(envelope([0]));
    await steady.report(envelope([5, 10], EVENT));
    await steady.report(envelope([15]));

    const running = await runBrowser();
    await running.report(envelope([0]));
    running.onConsume = () => Promise.reject(new RefusedError('disk is full', 2_500));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const refused = await running.report(envelope([5, 10], EVENT));
      assert.equal(refused.status, 503);
      assert.equal(refused.headers['retry-after'], '3');
    }
    running.onConsume = () => Promise.resolve();
    const second = await running.report(envelope([5, 10], EVENT));
    assert.equal(second.text, '{"accepted":3,"rejected":[],"duplicates":0}');
    const third = await running.report(envelope([5, 10], EVENT));
    assert.equal(third.text, '{"accepted":0,"rejected":[],"duplicates":3}');
    await running.report(envelope([15]));

    assert.equal(running.taken().length, 4);
    assert.deepEqual(running.taken(), steady.taken());
    // Of the third body nothing was new, but its answer waited for what the next stage may still have to put away.
    assert.deepEqual(
      running.batches.map(({ records }) => records.length),
      [3, 3, 3, 3, 0, 1],
    );
    const { recorded } = running.settings;
    assert.equal(await recorded('otelcol_receiver_refused_log_records', COUNTED), 9);
    assert.equal(await recorded('otelcol_receiver_accepted_log_records', COUNTED), 4);
    await Promise.all([running.stop(), steady.stop()]);
  });

  it('answers 503 to a fault, logs it, and tells the sender nothing of it', async () => {
    const running = await runBrowser();
    running.onConsume = () => Promise.reject(new TypeError('a bug'));
    const failed = await running.report(envelope([0, 5]));
    assert.equal(failed.status, 503);
    assert.ok(!failed.text.includes('bug'));
    assert.ok(running.settings.lines.some(({ level, msg }) => level === 'error' && /process/.test(msg)));
    running.onConsume = () => Promise.resolve();
    assert.equal((await running.report(envelope([0, 5]))).json().accepted, 2);
    assert.equal(running.taken().length, 1);
    await running.stop();
  });

  it('does not count boundaries of what it must send again', async () => {
    const running = await runBrowser();
    await running.report(envelope([20, 25]));
    running.onConsume = () => Promise.reject(new RefusedError('disk is full', 1));
    const reset = envelope([10], { reports: resetReports(30) });
    assert.equal((await running.report(reset)).status, 503);
    running.onConsume = () => Promise.resolve();
    assert.equal((await running.report(reset)).status, 200);
    const counted = { receiver: 'browser', cause: 'counter_reset' };
    assert.equal(await running.settings.recorded('webrtc.receiver.boundaries', counted), 1);
    await running.stop();
  });
});

/** A report at that second, with the counters of a stream that has only begun. */
function resetReports(second: number) {
  const [report] = envelope([1]).reports;
  const atMs = BEGIN_MS + second * 1_000;
  return [{ ...report, at_ms: atMs, stats: report!.stats.map((each) => ({ ...each, timestamp: atMs })) }];
}

describe('a restart', () => {
  it('derives nothing across itself', async () => {
    const before = await runBrowser();
    await before.report(envelope([0, 5]));
    await before.stop();
    const after = await runBrowser();
    assert.equal((await after.report(envelope([10]))).json().accepted, 1);
    assert.equal(after.taken().length, 0);
    await after.report(envelope([15]));
    assert.equal(after.taken().length, 1);
    await after.stop();
  });
});

describe('a session that has ended', () => {
  it('is forgotten by the engine: what comes after its end begins anew', async () => {
    const running = await runBrowser();
    await running.report(envelope([0, 5], { events: [{ type: 'ended', at_ms: BEGIN_MS + 6_000 }] }));
    await running.report(envelope([10]));
    assert.deepEqual(
      running.taken().map(({ kind }) => kind),
      ['sample', 'event'],
    );
    await running.stop();
  });

  it('is not forgotten while the next stage refuses its end', async () => {
    const running = await runBrowser();
    await running.report(envelope([0, 5]));
    running.onConsume = () => Promise.reject(new RefusedError('disk is full', 1));
    await running.report(envelope([], { events: [{ type: 'ended', at_ms: BEGIN_MS + 6_000 }] }));
    running.onConsume = () => Promise.resolve();
    await running.report(envelope([10]));
    assert.equal(running.taken().length, 2);
    await running.stop();
  });
});

describe('when there are too many sessions', () => {
  it('takes the known ones, and tells the others by their place', async () => {
    const running = await runBrowser({ max_sessions: 1 });
    await running.report(envelope([0]));
    const reply = await running.report([envelope([0], { session_id: 's-2' }), envelope([5])]);
    assert.equal(reply.status, 200);
    assert.equal(reply.json().accepted, 1);
    const reason = 'is one session too many: max_sessions is 1';
    assert.deepEqual(reply.json().rejected, [{ index: 0, path: 'session_id', reason }]);
    assert.equal(await running.settings.recorded('otelcol_receiver_refused_log_records', COUNTED), 1);
    await running.stop();
  });

  it('answers 429 when nothing could be taken, and loses nothing of what is sent again', async () => {
    const running = await runBrowser({ max_sessions: 1, session_timeout: '60s' });
    await running.report(envelope([0]));
    running.clock.advance(20_000);
    // No sample comes of a first reading: it is refused all the same.
    const first = await running.report(envelope([20], { session_id: 's-2' }));
    assert.equal(first.status, 429);
    const refused = await running.report(envelope([20, 25], { session_id: 's-2' }));
    assert.equal(refused.status, 429);
    assert.equal(refused.headers['retry-after'], '40');
    running.clock.advance(40_000);
    const again = await running.report(envelope([20, 25], { session_id: 's-2' }));
    assert.equal(again.text, '{"accepted":2,"rejected":[],"duplicates":0}');
    assert.equal(running.taken().length, 1);
    await running.stop();
  });
});

describe('when a session sends too much', () => {
  const LIMITS = { per_session: { requests_per_minute: 3 } };

  it('answers 429 with a time to wait, counts it, and leaves others alone', async () => {
    const running = await runBrowser({ ...WITH_TOKENS, ...LIMITS });
    const headers = bearer(await running.mint({ session_id: 's-1' }));
    for (const second of [0, 5, 10]) {
      assert.equal((await running.report(envelope([second]), { headers })).status, 200);
    }
    const refused = await running.report('no JSON, and not looked at', { headers });
    assert.equal(refused.status, 429);
    assert.equal(refused.headers['retry-after'], '20');
    assert.equal(refused.json().code, 'over_budget');
    assert.equal(await running.settings.recorded('webrtc.receiver.over_budget', { receiver: 'browser' }), 1);
    const other = bearer(await running.mint({ session_id: 's-2' }));
    const body = envelope([0], { session_id: 's-2' });
    assert.equal((await running.report(body, { headers: other })).status, 200);
    running.clock.advance(20_000);
    assert.equal((await running.report(envelope([15]), { headers })).status, 200);
    await running.stop();
  });

  it('does so too where only the body tells the session', async () => {
    const running = await runBrowser(LIMITS);
    for (const second of [0, 5, 10]) await running.report(envelope([second]));
    assert.equal((await running.report(envelope([15]))).status, 429);
    assert.equal((await running.report(envelope([15], { session_id: 's-2' }))).status, 200);
    running.clock.advance(20_000);
    assert.equal((await running.report(envelope([15]))).json().accepted, 1);
    await running.stop();
  });

  it('counts bytes as they are after decompression', async () => {
    const running = await runBrowser({ max_body_bytes: 2_048, per_session: { bytes_per_minute: 2_048 } });
    const padded = (second: number) => `${JSON.stringify(envelope([second]))}${' '.repeat(700)}`;
    assert.ok(padded(0).length > 1_024);
    assert.equal((await running.report(padded(0))).status, 200);
    assert.equal((await running.report(padded(5))).status, 429);
    await running.stop();
  });
});

describe('when too much is pending', () => {
  it('answers 429 to a body that has no room, and takes it when there is', async () => {
    const running = await runBrowser({
      max_body_bytes: 2_048,
      max_pending_bytes: 4_096,
      per_session: { bytes_per_minute: 8_192 },
    });
    const padded = (sessionId: string) => {
      const text = JSON.stringify(envelope([0, 5], { session_id: sessionId }));
      return text + ' '.repeat(2_048 - text.length);
    };
    const finishes: (() => void)[] = [];
    const bothWait = new Promise<void>((resolve) => {
      running.onConsume = () => {
        const done = new Promise<void>((finish) => finishes.push(finish));
        if (finishes.length === 2) resolve();
        return done;
      };
    });
    const waiting = ['a', 'b'].map((sessionId) => running.report(padded(sessionId)));
    await bothWait;
    const refused = await running.report(padded('c'));
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) >= 1);
    running.onConsume = () => Promise.resolve();
    finishes.forEach((finish) => finish());
    for (const reply of waiting) assert.equal((await reply).status, 200);
    assert.equal((await running.report(padded('c'))).status, 200);
    await running.stop();
  });
});
