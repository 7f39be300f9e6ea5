// The receiver's own filter: it holds back samples and events, and never a reading.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RefusedError } from '../../../collector/component.ts';
import { Admission } from '../../../receiver/admission.ts';
import { passOn } from '../../../receiver/browser/passage.ts';
import { compileFilter } from '../../../receiver/filter-expression/compile.ts';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import { camera, reading, START_MS } from '../get-stats/readings.ts';
import { BEGIN_MS, envelope, reportAt } from './reports.ts';
import { runBrowser, type RunningBrowser } from './running-browser.ts';

const SLOW = { filter: 'metrics.bitrate.kbps < 600' };

/** A report every 5 s at 1,000 kbit/s, but for the seconds from 10 to 15, in which little comes. */
function dippingReports() {
  return [0, 5, 10, 15, 20].map((second) => {
    const report = reportAt({ atMs: BEGIN_MS + second * 1_000, second });
    const missingBytes = second < 15 ? 0 : 125_000 * 4;
    const stats = report.stats.map((each) => ({
      ...each,
      bytesReceived: each.bytesReceived - missingBytes,
    }));
    return { ...report, stats };
  });
}

const filtered = (running: RunningBrowser) =>
  running.settings.recorded('webrtc.receiver.filtered_records', { receiver: 'browser' });

describe('a filter', () => {
  it('holds back samples, and the one that passes is that of its own interval', async () => {
    const all = await runBrowser();
    const some = await runBrowser(SLOW);
    for (const running of [all, some]) {
      for (const report of dippingReports()) await running.report(envelope([], { reports: [report] }));
    }
    assert.equal(all.taken().length, 4);
    const dip = all
      .taken()
      .filter(
        (record) => record.kind === 'sample' && record.bitrateKbps !== undefined && record.bitrateKbps < 600,
      );
    assert.equal(dip.length, 1);
    assert.deepEqual(some.taken(), dip);
    assert.equal(await filtered(some), 3);
    await Promise.all([all.stop(), some.stop()]);
  });

  it('answers for each reading and event of a body once', async () => {
    const running = await runBrowser(SLOW);
    const body = envelope([], {
      reports: dippingReports(),
      events: [{ type: 'network_change', at_ms: BEGIN_MS + 2_500 }],
    });
    // The first reading gives no sample, that of second 15 passes; the others and the event do not.
    const first = await running.report(body);
    assert.equal(first.text, '{"accepted":2,"rejected":[],"duplicates":0,"filtered":4}');
    // Readings are known by their instants; an event that was never admitted is filtered again.
    const again = await running.report(body);
    assert.equal(again.text, '{"accepted":0,"rejected":[],"duplicates":5,"filtered":1}');
    await running.stop();
  });

  it('leaves a reading accepted of which one record passes and another does not', () => {
    const bounds = { maxSessions: 1, sessionTimeoutMs: 60_000 };
    const parts = {
      engine: new ReadingEngine(bounds),
      admission: new Admission(bounds),
      passes: compileFilter("type == 'webrtc'"),
    };
    const onNetwork = (second: number, networkType: string) =>
      reading(second, [camera(second)], { path: { networkType } });
    passOn(parts, [onNetwork(0, 'wifi')], START_MS);
    const passed = passOn(parts, [onNetwork(5, 'cellular')], START_MS);
    assert.deepEqual(
      passed.records.map((record) => record.kind === 'event' && record.type),
      ['network_change'],
    );
    const { acceptedCount, filteredCount, filteredRecordCount } = passed;
    assert.deepEqual([acceptedCount, filteredCount, filteredRecordCount], [1, 0, 1]);
  });

  it('answers 200 to a body that it holds back as a whole, and hands on nothing', async () => {
    const running = await runBrowser(SLOW);
    await running.report(envelope([0]));
    const reply = await running.report(envelope([5, 10]));
    assert.equal(reply.status, 200);
    assert.equal(reply.text, '{"accepted":0,"rejected":[],"duplicates":0,"filtered":2}');
    assert.equal(running.batches.flatMap(({ records }) => records).length, 0);
    await running.stop();
  });

  it('does not keep the end of a session from the engine', async () => {
    const running = await runBrowser({ filter: "type == 'webrtc-video'" });
    await running.report(envelope([0, 5], { events: [{ type: 'ended', at_ms: BEGIN_MS + 6_000 }] }));
    // A new call of the same name: were it compared with the old one, a sample would come of it.
    const reply = await running.report(envelope([10]));
    assert.equal(reply.json().accepted, 1);
    assert.equal(running.taken().length, 1);
    await running.stop();
  });

  it('counts once, and derives the same, when the next stage refuses a part', async () => {
    const running = await runBrowser(SLOW);
    const body = envelope([], { reports: dippingReports() });
    running.onConsume = () => Promise.reject(new RefusedError('disk is full', 1_000));
    assert.equal((await running.report(body)).status, 503);
    running.onConsume = () => Promise.resolve();
    assert.equal(
      (await running.report(body)).text,
      '{"accepted":2,"rejected":[],"duplicates":0,"filtered":3}',
    );
    assert.equal(running.taken().length, 1);
    assert.equal(await filtered(running), 3);
    await running.stop();
  });
});

describe('without a filter', () => {
  it('an answer does not speak of one', async () => {
    const running = await runBrowser();
    assert.equal(
      (await running.report(envelope([0, 5]))).text,
      '{"accepted":2,"rejected":[],"duplicates":0}',
    );
    await running.stop();
  });
});
