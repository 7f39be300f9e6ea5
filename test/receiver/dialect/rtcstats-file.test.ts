import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rtcstatsFile } from '../../../receiver/dialect/rtcstats-file.ts';
import { webrtcInternals } from '../../../receiver/dialect/webrtc-internals.ts';
import { decodeCall, eventsOf, fixtureBody, readingsOf, samplesOf } from './recorded-call.ts';

const START_MS = Date.UTC(2026, 0, 1);
const decode = (...lines: unknown[]) => decodeCall(rtcstatsFile, [{ fileFormat: 3 }, ...lines]);

/** An inbound video, a codec and what the peer reports of an outbound one, as rtcstats-js compresses them. */
const FIRST = {
  t: START_MS,
  0: { type: 1, 11: 'video', 10: 7, 12: '1', 14: 100, 15: 2 },
  1: { type: 14, 6: 'video/VP8' },
  2: { type: 2, 11: 'video', 10: 8, 19: '3', 79: 50, 96: { cpu: 0, bandwidth: 0, other: 0 } },
  3: { type: 3, 11: 'video', 10: 8, 74: '2', 75: 0.02, t: START_MS - 400 },
};

describe('a file of rtcstats, format 3', () => {
  it('has numbers for names and types, and times that are differences', () => {
    const output = decode(
      ['create', null, {}, START_MS - 500],
      [25, 'PC_0', 'connected', 300],
      ['g', 'PC_0', FIRST, 'connected-0', 200],
      ['g', 'PC_0', { t: START_MS + 5_000, 0: { 14: 300 } }, 5_000],
      [25, 'PC_0', '"failed"', 1_000],
      [36, 'PC_0', null, 1_000],
    );
    assert.deepEqual(eventsOf(output, START_MS), ['0 connected', '6 disconnected', '7 ended']);
    const [first, second] = readingsOf(output);
    const [inbound, outbound] = first!.streams;
    assert.deepEqual(inbound, {
      id: '0',
      direction: 'inbound',
      media: 'camera',
      timestampMs: START_MS,
      ssrc: 7,
      codec: 'video/VP8',
      counters: { packetsReceived: 100, packetsLost: 2 },
    });
    assert.deepEqual(outbound?.remote, { timestamp: START_MS - 400, roundTripTime: 0.02 });
    assert.deepEqual(second?.streams[0]?.counters, { packetsReceived: 300, packetsLost: 2 });
    assert.deepEqual(output.refusals, []);
    assert.deepEqual(output.indexes, [2, 3, 4, 5, 6]);
  });

  it('leaves out what has not changed: it has the time of the report, but what the peer told keeps its own', () => {
    const [, second] = readingsOf(
      decode(['g', 'P', FIRST, START_MS], ['g', 'P', { t: START_MS + 1_000 }, 1_000]),
    );
    assert.deepEqual(
      second?.streams.map(({ timestampMs }) => timestampMs - START_MS),
      [1_000, 1_000],
    );
    assert.equal(second?.streams[1]?.remote?.timestamp, START_MS - 400);
  });

  it('says null of what was removed, which may come back', () => {
    const readings = readingsOf(
      decode(
        ['g', 'P', FIRST, START_MS],
        ['g', 'P', { t: START_MS + 1_000, 0: null }, 1_000],
        ['g', 'P', { t: START_MS + 2_000, 0: { type: 1, 11: 'video', 10: 7, 14: 1 } }, 1_000],
      ),
    );
    assert.deepEqual(
      readings.map(({ streams }) => streams.map(({ id }) => id)),
      [['0', '2'], ['2'], ['0', '2']],
    );
    assert.deepEqual(readings[2]?.streams[0]?.counters, { packetsReceived: 1 });
  });

  it('changes single fields of an inner object', () => {
    const [, second] = readingsOf(
      decode(
        ['g', 'P', FIRST, START_MS],
        ['g', 'P', { t: START_MS + 1_000, 2: { 96: { cpu: 0.5 } } }, 1_000],
      ),
    );
    const outbound = second?.streams[1];
    assert.ok(outbound?.direction === 'outbound');
    assert.deepEqual(outbound.counters.qualityLimitationDurations, { cpu: 0.5, bandwidth: 0 });
  });

  it('begins with a time since the epoch again when the page has connected anew', () => {
    const output = decode(
      ['g', 'P', FIRST, START_MS],
      ['create', null, {}, START_MS + 60_000],
      [25, 'P', 'connected', 500],
    );
    assert.deepEqual(eventsOf(output, START_MS), ['61 connected']);
  });

  it('never reads an address, although one is in it', () => {
    const output = decode([
      'g',
      'P',
      { ...FIRST, 4: { type: 7, 134: '203.0.113.7', 135: 443, 136: 'host' } },
      START_MS,
    ]);
    assert.doesNotMatch(JSON.stringify(output), /203\.0/);
  });

  it('is refused in a format that is not known', () => {
    const { refusals } = decodeCall(rtcstatsFile, [{ fileFormat: 9 }, ['g', 'P', FIRST, START_MS]]);
    assert.deepEqual(refusals, [{ index: 0, path: 'fileFormat', reason: 'must be 2 or 3' }]);
  });

  it('refuses a line without a time, and goes on with the next', () => {
    const { refusals, records } = decode(['g', 'P', FIRST], ['g', 'P', FIRST, START_MS]);
    assert.deepEqual(refusals, [
      { index: 1, path: '', reason: 'must be an array of method, connection, value and time' },
    ]);
    assert.equal(records.length, 1);
  });
});

describe('a file of rtcstats, format 2', () => {
  it('is written as Jitsi writes it', () => {
    const output = decodeCall(rtcstatsFile, [
      { fileFormat: 2 },
      ['onconnectionstatechange', 'PC_0', 'connected', START_MS],
      [
        'getstats',
        'PC_0',
        { timestamp: START_MS, A: { timestamp: 0, type: 'inbound-rtp', kind: 'video', packetsReceived: 4 } },
        START_MS,
      ],
    ]);
    assert.deepEqual(output.indexes, [1, 2]);
    assert.deepEqual(readingsOf(output)[0]?.streams[0]?.counters, { packetsReceived: 4 });
  });
});

describe('a call that Chromium 156 has saved in both of its forms', () => {
  const asFile = decodeCall(rtcstatsFile, fixtureBody('rtcstats-file/chromium-156.jsonl'));
  const asDump = decodeCall(webrtcInternals, fixtureBody('webrtc-internals/chromium-156.json'));

  it('gives the same samples', () => {
    const samples = samplesOf(asFile);
    assert.ok(samples.length > 10, `${samples.length} samples of 13 seconds`);
    assert.deepEqual(samplesOf(asDump), samples);
  });

  it('has 20 frames a second of VP8, read off its counters', () => {
    for (const { framesPerSecond, codec, bitrateKbps } of samplesOf(asFile).slice(1)) {
      assert.ok(Math.abs(framesPerSecond! - 20) < 0.5, `${framesPerSecond} frames/s`);
      assert.equal(codec, 'video/VP8');
      assert.ok(bitrateKbps! > 450 && bitrateKbps! < 520, `${bitrateKbps} kbit/s`);
    }
  });

  it('passes on no address, SDP, page or user agent', () => {
    const text = JSON.stringify([asFile, asDump]);
    assert.doesNotMatch(text, /203\.0|v=0|Mozilla|http/);
  });
});
