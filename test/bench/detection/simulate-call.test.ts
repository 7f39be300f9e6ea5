import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readEvery, type Call, type CallReading } from '../../../bench/detection/call.ts';
import type { CallPlan } from '../../../bench/detection/call-plan.ts';
import { USUAL, generatedCall } from '../../../bench/detection/generated-calls.ts';
import { simulateCall } from '../../../bench/detection/simulate-call.ts';
import type { Span } from '../../../bench/detection/span.ts';
import { Seeded } from '../../kill/seeded.ts';

const GROWING = [
  'packetsReceived',
  'bytesReceived',
  'framesReceived',
  'framesDecoded',
  'framesDropped',
  'freezeCount',
  'totalFreezesDuration',
  'pauseCount',
  'totalPausesDuration',
  'totalDecodeTime',
] as const;

const readingsOf = ({ entries }: Call) =>
  entries.filter((entry): entry is CallReading => entry.kind === 'reading');

function played(spans: readonly Span[]): Call {
  const plan: CallPlan = {
    durationS: 200,
    media: 'camera',
    wantedKbps: 1_500,
    framesPerSecond: 25,
    rttMs: 40,
    jitterMs: 3,
    spans,
  };
  return simulateCall('played', plan, new Seeded(1, 'played'));
}

/** What was added from one second to another. */
function grown(
  call: Call,
  key: (typeof GROWING)[number] | 'packetsLost',
  fromS: number,
  toS: number,
): number {
  const at = (second: number) =>
    readingsOf(call).find(({ atMs }) => atMs === call.startMs + second * 1_000)!.inbound[key]!;
  return at(toS) - at(fromS);
}

describe('a simulated call', () => {
  it('is the same for the same seed, and another for another', () => {
    assert.deepEqual(generatedCall(1, 5, USUAL), generatedCall(1, 5, USUAL));
    assert.notDeepEqual(generatedCall(1, 5, USUAL).entries, generatedCall(2, 5, USUAL).entries);
    assert.notDeepEqual(generatedCall(1, 5, USUAL).entries, generatedCall(1, 6, USUAL).entries);
  });

  it('has counters as a browser has them: finite, never negative, and falling only where they start anew', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), (index) => {
        const call = generatedCall(3, index, USUAL);
        const readings = readingsOf(call);
        let restarts = 0;
        for (const [position, { inbound }] of readings.entries()) {
          const before = readings[position - 1]?.inbound;
          for (const key of GROWING) assert.ok(Number.isFinite(inbound[key]) && inbound[key]! >= 0, key);
          if (before !== undefined && GROWING.some((key) => inbound[key]! < before[key]!)) restarts++;
        }
        assert.ok(restarts <= 12, `${restarts} restarts`);
        assert.ok(call.troubles.every(({ startMs, endMs }) => startMs < endMs && endMs <= call.endMs));
      }),
      { numRuns: 15 },
    );
  });

  it('without a span is healthy throughout', () => {
    const call = played([]);
    assert.deepEqual(call.troubles, []);
    assert.equal(grown(call, 'packetsLost', 1, 199), 0);
    assert.ok(Math.abs(grown(call, 'framesDecoded', 1, 199) / 198 - 25) < 1);
    assert.ok(Math.abs((grown(call, 'bytesReceived', 1, 199) * 8) / 198_000 - 1_500) < 150);
  });

  it('loses what it is told to lose', () => {
    const call = played([{ kind: 'loss', startS: 50, endS: 100, lossFraction: 0.1 }]);
    const [lost, received] = [grown(call, 'packetsLost', 50, 100), grown(call, 'packetsReceived', 50, 100)];
    assert.ok(Math.abs(lost / (lost + received) - 0.09) < 0.02, `${lost} of ${lost + received}`);
    assert.deepEqual(
      call.troubles.map(({ kind, weight }) => [kind, weight]),
      [['loss', 'incident']],
    );
  });

  it('credits a standstill when it is over, with bytes all the while', () => {
    const call = played([{ kind: 'standstill', startS: 50, endS: 90, countedAsPause: false }]);
    assert.equal(grown(call, 'framesDecoded', 50, 90), 0);
    assert.equal(grown(call, 'totalFreezesDuration', 50, 90), 0);
    assert.equal(grown(call, 'totalFreezesDuration', 90, 91), 40);
    assert.ok(grown(call, 'bytesReceived', 50, 90) > 1_000_000);
  });

  it('shows nothing of an outage while it lasts, and its losses with the first packet after it', () => {
    const call = played([{ kind: 'outage', startS: 50, endS: 90, noticed: true }]);
    for (const key of ['bytesReceived', 'framesDecoded', 'packetsLost', 'totalPausesDuration'] as const)
      assert.equal(grown(call, key, 50, 90), 0, key);
    assert.ok(grown(call, 'packetsLost', 90, 91) > 100);
    assert.ok(grown(call, 'totalPausesDuration', 90, 93) > 40);
    const events = call.entries.flatMap((entry) => (entry.kind === 'event' ? entry.type : []));
    assert.deepEqual(events, ['connected', 'disconnected', 'connected', 'ended']);
  });

  it('says of a mute that it is one, sends nothing, and credits a pause that is nobody’s trouble', () => {
    const call = played([{ kind: 'mute', startS: 50, endS: 90 }]);
    assert.equal(grown(call, 'bytesReceived', 50, 90), 0);
    assert.ok(grown(call, 'totalPausesDuration', 90, 92) > 40);
    assert.equal(readingsOf(call).filter(({ muted }) => muted).length, 40);
    assert.deepEqual(call.troubles, []);
  });

  it('comes back slowly from a narrow link, and is in trouble until then', () => {
    const call = played([{ kind: 'bitrate', startS: 50, endS: 90, linkKbps: 300, regrowth: 1.05 }]);
    assert.ok((grown(call, 'bytesReceived', 60, 90) * 8) / 30_000 < 250);
    const [trouble] = call.troubles;
    assert.ok(trouble!.endMs > call.startMs + 95_000, 'the tail belongs to it');
    assert.ok((grown(call, 'bytesReceived', 90, 95) * 8) / 5_000 < 500);
  });

  it('calls 25 s a blip, 35 s an incident, and leaves open what lies between', () => {
    const weights = [25, 26, 34, 35].map(
      (lengthS) =>
        played([{ kind: 'stutter', startS: 50, endS: 50 + lengthS, frozenRatio: 0.5 }]).troubles[0]?.weight,
    );
    assert.deepEqual(weights, ['blip', 'either', 'either', 'incident']);
  });

  it('joins troubles that are no farther apart than one reading', () => {
    const loss = { kind: 'loss', lossFraction: 0.1 } as const;
    const apart = (gapS: number) =>
      played([
        { ...loss, startS: 50, endS: 70 },
        { ...loss, startS: 70 + gapS, endS: 90 + gapS },
      ]).troubles.map(({ weight }) => weight);
    assert.deepEqual(apart(5), ['incident']);
    assert.deepEqual(apart(6), ['blip', 'blip']);
  });

  it('is not read while its tab sleeps', () => {
    const call = played([{ kind: 'unread', startS: 50, endS: 70 }]);
    assert.equal(readingsOf(call).length, 180);
    assert.equal(readingsOf(readEvery(5, call)).length, 38);
  });
});
