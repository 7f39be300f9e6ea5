import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rtcstatsJitsi } from '../../../receiver/dialect/rtcstats-jitsi.ts';
import { conferenceBody, decodeCall, eventsOf, readingsOf, samplesOf } from './recorded-call.ts';

const START_MS = Date.UTC(2026, 0, 1);

type Objects = Readonly<Record<string, object>>;
const stats = (second: number, objects: Objects, connection = 'PC_0') => [
  'getstats',
  connection,
  { ...objects, timestamp: START_MS + second * 1_000 },
  START_MS + second * 1_000 + 4,
];
const state = (second: number, value: string, connection = 'PC_0', by = 'connection') => [
  `on${by}statechange`,
  connection,
  value,
  START_MS + second * 1_000,
];
const VIDEO = {
  timestamp: 0,
  type: 'inbound-rtp',
  kind: 'video',
  ssrc: 7,
  packetsReceived: 10,
  packetsLost: 1,
};

describe('a dump of jitsi/rtcstats-server', () => {
  it('has differences: what is missing in an object is unchanged, and 0 is the time of the report', () => {
    const output = decodeCall(rtcstatsJitsi, [
      stats(0, { IT01: VIDEO }),
      stats(10, { IT01: { timestamp: 0, packetsReceived: 30 } }),
      stats(20, { IT01: { timestamp: START_MS + 19_000, packetsLost: 2 } }),
    ]);
    assert.deepEqual(
      readingsOf(output).map(({ observedAtMs, streams }) => [
        (observedAtMs - START_MS) / 1_000,
        streams[0]?.direction === 'inbound' ? streams[0].counters : undefined,
      ]),
      [
        [0, { packetsReceived: 10, packetsLost: 1 }],
        [10, { packetsReceived: 30, packetsLost: 1 }],
        [19, { packetsReceived: 30, packetsLost: 2 }],
      ],
    );
    assert.deepEqual(output.indexes, [0, 1, 2]);
    assert.deepEqual(output.refusals, []);
  });

  it('has lost an object that a report leaves out', () => {
    const [, second, third] = readingsOf(
      decodeCall(rtcstatsJitsi, [
        stats(0, { A: VIDEO, B: { ...VIDEO, ssrc: 8 } }),
        stats(10, { B: { timestamp: 0 } }),
        stats(20, { A: VIDEO, B: { timestamp: 0 } }),
      ]),
    );
    assert.deepEqual(
      second?.streams.map(({ ssrc }) => ssrc),
      [8],
    );
    assert.deepEqual(
      third?.streams.map(({ ssrc }) => ssrc),
      [7, 8],
    );
  });

  it('keeps the reports of its connections apart', () => {
    const readings = readingsOf(
      decodeCall(rtcstatsJitsi, [
        stats(0, { A: VIDEO }, 'PC_1'),
        stats(1, { A: { ...VIDEO, ssrc: 9 } }, 'PC_0'),
        stats(10, { A: { timestamp: 0 } }, 'PC_1'),
      ]),
    );
    assert.deepEqual(
      readings.map(({ connectionId, streams }) => [connectionId, streams[0]?.ssrc]),
      [
        ['0', 7],
        ['1', 9],
        ['0', 7],
      ],
    );
  });

  it('tells of screens by the SSRC or by what getDisplayMedia() gave, from then on', () => {
    const videoType = (type: string) => ['setVideoType', null, { ssrc: 7, videoType: type }, START_MS];
    const shared = { ...VIDEO, ssrc: 8, trackIdentifier: 'shared' };
    const output = decodeCall(rtcstatsJitsi, [
      stats(0, { A: VIDEO, B: shared }),
      videoType('desktop'),
      ['navigator.mediaDevices.getDisplayMediaOnSuccess', null, { tracks: [{ id: 'shared' }] }, START_MS],
      stats(10, { A: VIDEO, B: shared }),
      videoType('camera'),
      stats(20, { A: VIDEO, B: shared }),
    ]);
    assert.deepEqual(
      readingsOf(output).map(({ streams }) => streams.map(({ media }) => media)),
      [
        ['camera', 'camera'],
        ['screen', 'screen'],
        ['camera', 'screen'],
      ],
    );
  });

  it('takes the state of the connection, and that of ICE only where there is no other', () => {
    const states = [
      state(0, 'connected', 'PC_0', 'iceconnection'),
      state(1, 'connected'),
      state(2, 'disconnected', 'PC_0', 'iceconnection'),
    ];
    assert.deepEqual(eventsOf(decodeCall(rtcstatsJitsi, states), START_MS), ['1 connected']);
    assert.deepEqual(eventsOf(decodeCall(rtcstatsJitsi, [states[0], states[2]]), START_MS), [
      '0 connected',
      '2 disconnected',
    ]);
  });

  it('ends with the closing of its connection, and not with that of the page', () => {
    const output = decodeCall(rtcstatsJitsi, [
      state(0, 'connected'),
      ['close', null, {}, START_MS],
      ['close', 'PC_0', {}, START_MS + 9_000],
    ]);
    assert.deepEqual(eventsOf(output, START_MS), ['0 connected', '9 ended']);
  });

  it('refuses a line that is none, and keeps the others', () => {
    const output = decodeCall(rtcstatsJitsi, [
      { connectionInfo: true },
      stats(0, { A: VIDEO }),
      ['getstats', 'PC_0', 'nothing', START_MS],
      ['getstats', 'PC_0', {}],
    ]);
    assert.deepEqual(output.refusals, [
      { index: 0, path: '', reason: 'must be an array of method, connection, value and time' },
      { index: 3, path: '', reason: 'must be an array of method, connection, value and time' },
      { index: 2, path: '[2]', reason: 'must be an object' },
    ]);
    assert.equal(readingsOf(output).length, 1);
  });

  it('is nobody’s without an identity', () => {
    const { records, refusals } = rtcstatsJitsi.decode([stats(0, { A: VIDEO })], { receivedAtMs: 0 });
    assert.deepEqual(records, []);
    assert.match(refusals[0]!.reason, /no session id/);
  });
});

describe('captured conferences', () => {
  it('chrome117-sfu-freezes: both streams that freeze are seen, with every freeze and second', (test) => {
    const body = conferenceBody('jitsi-chrome117-sfu-freezes', test);
    if (body === undefined) return;
    assert.ok(rtcstatsJitsi.recognises(body));
    const output = decodeCall(rtcstatsJitsi, body);
    const frozen = readingsOf(output)
      .at(-1)!
      .streams.flatMap((stream) =>
        stream.direction === 'inbound' && (stream.counters.freezeCount ?? 0) > 0
          ? [[stream.counters.freezeCount, Math.round(stream.counters.totalFreezesDuration! * 10) / 10]]
          : [],
      );
    assert.deepEqual(frozen.toSorted().reverse(), [
      [24, 11.8],
      [22, 11.4],
    ]);
    // A session is as good as the worse of its streams: what it tells as frozen is at least the worse one's, at most both.
    let beforeMs = readingsOf(output)[0]!.observedAtMs;
    let seconds = 0;
    for (const { freezeRatio = 0, observedAtMs } of samplesOf(output)) {
      seconds += (freezeRatio * (observedAtMs - beforeMs)) / 1_000;
      beforeMs = observedAtMs;
    }
    assert.ok(seconds > 11 && seconds < 11.8 + 11.4, `${seconds} s frozen`);
  });

  it('chrome99-ice-reconnect: connected at 70 s, disconnected at 85, back at 95, and so on', (test) => {
    const body = conferenceBody('jitsi-chrome99-ice-reconnect', test);
    if (body === undefined) return;
    // The first connection comes 70 s after the page began; two others are tried in vain, which is no disconnect.
    const output = decodeCall(rtcstatsJitsi, body);
    const first = output.records.find((record) => record.kind === 'event')!;
    assert.deepEqual(eventsOf(output, first.observedAtMs - 70_000), [
      '70 connected',
      '84 disconnected',
      '94 connected',
      '97 disconnected',
      '107 connected',
      '164 disconnected',
    ]);
  });

  it('firefox-sfu: five inbound videos, in Firefox’s own fields', (test) => {
    const body = conferenceBody('jitsi-firefox-sfu', test);
    if (body === undefined) return;
    const readings = readingsOf(decodeCall(rtcstatsJitsi, body));
    const videos = new Set(
      readings.flatMap(({ streams }) =>
        streams
          .filter(({ direction, media }) => direction === 'inbound' && media === 'camera')
          .map(({ id }) => id),
      ),
    );
    assert.equal(videos.size, 5);
  });
});
