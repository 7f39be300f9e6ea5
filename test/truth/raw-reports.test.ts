// Whole getStats() reports of both sides of three captured calls: one report has no interval, so single values are compared.
// Each is looked up in the raw report by its W3C type and name.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readingsOf } from './derive.ts';
import { SERIES_FOLDER } from './read-series.ts';

type RawStat = Readonly<Record<string, unknown>>;

const INBOUND = [
  'packetsReceived',
  'packetsLost',
  'bytesReceived',
  'jitter',
  'framesReceived',
  'framesDecoded',
  'framesDropped',
  'framesPerSecond',
  'frameWidth',
  'frameHeight',
  'totalDecodeTime',
  'freezeCount',
  'totalFreezesDuration',
  'pauseCount',
  'totalPausesDuration',
];
const OUTBOUND = [
  'packetsSent',
  'bytesSent',
  'framesEncoded',
  'frameWidth',
  'frameHeight',
  'totalEncodeTime',
];
const PATH = ['currentRoundTripTime', 'totalRoundTripTime', 'responsesReceived'];

function one(stats: readonly RawStat[], isWanted: (stat: RawStat) => boolean): RawStat {
  const found = stats.filter(isWanted);
  assert.equal(found.length, 1);
  return found[0]!;
}

/** What of these the raw report has. */
const pick = (stat: RawStat, keys: readonly string[]) =>
  Object.fromEntries(keys.flatMap((key) => (stat[key] === undefined ? [] : [[key, stat[key]]])));

const files = readdirSync(SERIES_FOLDER).filter((file) => file.startsWith('raw-getstats-'));

describe('captured getStats() reports are read as they stand', () => {
  it('finds the three of them', () => {
    assert.equal(files.length, 3);
  });

  for (const file of files) {
    const sides = JSON.parse(readFileSync(new URL(file, SERIES_FOLDER), 'utf8')) as Record<string, RawStat[]>;
    for (const [side, stats] of Object.entries(sides)) {
      it(`${file}: ${side}`, () => {
        const direction = side === 'publisher' ? 'outbound' : 'inbound';
        const [reading] = readingsOf(stats);
        const video = reading?.streams.find((stream) => stream.media === 'camera');
        assert.ok(reading !== undefined && video?.direction === direction);
        const raw = one(stats, ({ type, kind }) => type === `${direction}-rtp` && kind === 'video');
        const keys = direction === 'inbound' ? INBOUND : OUTBOUND;
        const expected = pick(raw, keys);
        assert.ok(Object.keys(expected).length >= 6, 'the report says too little to compare');
        assert.deepEqual(pick({ ...video.counters }, keys), expected);
        assert.equal(video.ssrc, raw.ssrc);
        assert.equal(video.timestampMs, raw.timestamp);
        const transport = one(stats, ({ type }) => type === 'transport');
        const pair = one(stats, ({ id }) => id === transport.selectedCandidatePairId);
        assert.deepEqual(pick({ ...reading.path }, PATH), pick(pair, PATH));
        if (direction === 'inbound') return;
        const remote = one(stats, ({ type, kind }) => type === 'remote-inbound-rtp' && kind === 'video');
        const told = ['packetsLost', 'fractionLost', 'jitter', 'roundTripTime', 'totalRoundTripTime'];
        assert.deepEqual(pick({ ...video.remote }, told), pick(remote, told));
      });
    }
  }
});
