// How a session goes on from reading to reading: streams found again, connections that come and go, readings out of order.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import type { PathReading, StatsReading } from '../../../receiver/get-stats/reading.ts';
import { audio, camera, every5s, play, reading, sentCamera, START_MS } from './readings.ts';

const cameras = (seconds: readonly number[]) => seconds.map((second) => reading(second, [camera(second)]));

describe('readings of one connection', () => {
  it('give one sample each, but for the first', () => {
    const { samples } = play(cameras([0, 5, 10, 15]));
    assert.deepEqual(
      samples.map(({ observedAtMs }) => (observedAtMs - START_MS) / 1_000),
      [5, 10, 15],
    );
  });

  it('change nothing when they are repeated or late', () => {
    const [first, second, third] = cameras([0, 5, 10]) as [StatsReading, StatsReading, StatsReading];
    const expected = play([first, second, third]);
    const disturbed = play([first, second, second, first, third, second]);
    assert.deepEqual(disturbed.state, expected.state);
    assert.deepEqual(disturbed.samples, expected.samples);
    assert.deepEqual(disturbed.dropped, ['duplicate', 'late', 'late']);
  });

  it('measure no stream whose own time stands still', () => {
    const { samples } = play([...cameras([0, 5]), reading(10, [camera(5)]), ...cameras([15])]);
    assert.deepEqual(
      samples.map(({ bitrateKbps, boundary }) => [bitrateKbps, boundary]),
      [
        [480, undefined],
        [undefined, undefined],
        [480, undefined],
      ],
    );
  });

  it('tell a sampling gap, and derive nothing across it', () => {
    const { samples, boundaries } = play(cameras([0, 5, 10, 40, 45]));
    assert.deepEqual(
      samples.map(({ boundary, bitrateKbps }) => boundary ?? bitrateKbps),
      [480, 480, 'sampling_gap', 480],
    );
    assert.deepEqual(boundaries, ['sampling_gap']);
  });

  it('take a slower pace for usual when it lasts', () => {
    const { boundaries } = play(cameras([0, 5, 10, 15, 75, 135, 195, 255, 315]));
    assert.deepEqual(boundaries, ['sampling_gap', 'sampling_gap', 'sampling_gap']);
  });

  it('do so however long the faster pace has lasted', () => {
    const quick = Array.from({ length: 40 }, (_, index) => 5 * index);
    const slow = Array.from({ length: 6 }, (_, index) => 195 + 60 * (index + 1));
    assert.equal(play(cameras([...quick, ...slow])).boundaries.length, 3);
  });
});

describe('a stream', () => {
  it('goes on under another id and SSRC of the same slot, across a boundary', () => {
    const { boundaries, samples } = play([
      ...cameras([0, 5]),
      reading(10, [camera(10, {}, { id: 'reborn', ssrc: 9 })]),
      reading(15, [camera(15, {}, { id: 'reborn', ssrc: 9 })]),
    ]);
    assert.deepEqual(boundaries, ['ssrc_change']);
    assert.deepEqual(
      samples.map(({ boundary, bitrateKbps }) => boundary ?? bitrateKbps),
      [480, 'ssrc_change', 480],
    );
  });

  it('is a new one in another slot, or where slots are unknown', () => {
    for (const mid of ['7', undefined]) {
      const { boundaries } = play([
        ...cameras([0, 5]),
        reading(10, [camera(10, {}, { id: 'reborn', ssrc: 9, mid })]),
      ]);
      assert.deepEqual(boundaries, []);
    }
  });

  it('is found again in whatever order a report lists it', () => {
    const other = (second: number) => camera(second, {}, { id: 'other', mid: '5', ssrc: 50 });
    const { samples, boundaries } = play([
      reading(0, [camera(0), other(0)]),
      reading(5, [other(5), camera(5)]),
    ]);
    assert.deepEqual(boundaries, []);
    assert.equal(samples[0]!.bitrateKbps, 960);
  });

  it('is taken once where a report repeats its id', () => {
    const { samples } = play(
      every5s(
        (at) => [camera(at)],
        (at) => [camera(at), camera(at)],
      ),
    );
    assert.equal(samples[0]!.bitrateKbps, 480);
  });

  it('is remembered over two reports without it, and forgotten at the third', () => {
    const missingIn = (count: number) => [
      ...cameras([0, 5]),
      ...Array.from({ length: count }, (_, index) => reading(10 + 5 * index, [])),
      ...cameras([10 + 5 * count]),
    ];
    // 10 s are twice the usual 5 s and no gap; 15 s are one.
    assert.equal(play(missingIn(1)).samples.at(-1)!.bitrateKbps, 480);
    assert.deepEqual(play(missingIn(2)).boundaries, ['sampling_gap']);
    assert.deepEqual(play(missingIn(3)).boundaries, []);
    assert.equal(play(missingIn(3)).samples.at(-1)!.bitrateKbps, undefined);
  });

  it('is one of 64 of its connection at most', () => {
    const many = (second: number) =>
      Array.from({ length: 100 }, (_, index) =>
        camera(second, {}, { id: `s${index}`, mid: `${index}`, ssrc: index }),
      );
    const renamed = many(15).map((stream) => ({ ...stream, id: `t${stream.id}`, mid: `t${stream.mid}` }));
    const { state, samples } = play([reading(0, many(0)), reading(5, many(5)), reading(15, renamed)]);
    assert.equal(samples[0]!.bitrateKbps, 64 * 480);
    assert.equal(state!.connections[0]!.streams.length, 64);
  });

  it('begins anew when its track becomes a screen', () => {
    const { samples, boundaries } = play([
      ...cameras([0, 5]),
      reading(10, [camera(10, {}, { media: 'screen' })]),
    ]);
    assert.deepEqual(boundaries, []);
    assert.equal(samples[1]!.bitrateKbps, undefined);
  });
});

describe('boundaries', () => {
  it('are counted for every stream, also where the sample tells of none', () => {
    const two = (at: number, fields: object = {}) => [
      camera(at),
      camera(at, {}, { id: 'other', mid: '5', ssrc: 50, ...fields }),
    ];
    const { samples, boundaries } = play(
      every5s(
        (at) => two(at),
        (at) => two(at),
        (at) => two(at, { codec: 'video/AV1' }),
      ),
    );
    assert.deepEqual(boundaries, ['codec_change']);
    assert.equal(samples[1]!.boundary, undefined);
  });

  it('are counted once, also when the stream is missing afterwards', () => {
    const { boundaries } = play(
      every5s(
        (at) => [camera(at)],
        (at) => [camera(at, {}, { codec: 'video/AV1' })],
        () => [],
      ),
    );
    assert.deepEqual(boundaries, ['codec_change']);
  });

  it('of an ICE restart are those of all streams of the connection', () => {
    const at = (second: number, localUsernameFragment: string | undefined) =>
      reading(second, [camera(second), sentCamera(second)], { path: { localUsernameFragment } });
    assert.deepEqual(play([at(0, 'aaaa'), at(5, 'aaaa'), at(10, 'bbbb')]).boundaries, [
      'ice_restart',
      'ice_restart',
    ]);
    assert.deepEqual(play([at(0, 'aaaa'), at(5, undefined), at(10, 'bbbb')]).boundaries, []);
  });

  it('let no freeze pass', () => {
    const { samples } = play([
      reading(0, [camera(0)]),
      reading(5, [camera(5, { framesDecoded: 500 })]),
      reading(10, [camera(10, { framesDecoded: 510, totalFreezesDuration: 9 }, { codec: 'video/AV1' })]),
      reading(15, [camera(15, { totalFreezesDuration: 9 }, { codec: 'video/AV1' })]),
    ]);
    assert.deepEqual(
      samples.map(({ freezeRatio }) => freezeRatio),
      [1, undefined, 0],
    );
  });
});

describe('a network change', () => {
  const on = (second: number, path: PathReading | undefined) =>
    reading(second, [camera(second)], path === undefined ? {} : { path });

  it('is told when type, candidate or protocol changes, and not at first', () => {
    const wifi = { networkType: 'wifi', candidateType: 'host', protocol: 'udp' };
    const { events } = play([
      on(0, wifi),
      on(5, wifi),
      on(10, { ...wifi, networkType: 'cellular' }),
      on(15, { ...wifi, networkType: 'cellular', candidateType: 'relay' }),
      on(20, { ...wifi, networkType: 'cellular', candidateType: 'relay', protocol: 'tcp' }),
      on(25, undefined),
      on(30, wifi),
    ]);
    assert.deepEqual(
      events.map(({ type, observedAtMs }) => [type, (observedAtMs - START_MS) / 1_000]),
      [
        ['network_change', 10],
        ['network_change', 15],
        ['network_change', 20],
      ],
    );
  });

  it('is no reason to mix round trips of two paths', () => {
    const path = {
      networkType: 'wifi',
      totalRoundTripTime: 1,
      responsesReceived: 10,
      currentRoundTripTime: 0.02,
    };
    const other = {
      networkType: 'cellular',
      totalRoundTripTime: 9,
      responsesReceived: 20,
      currentRoundTripTime: 0.07,
    };
    assert.equal(play([on(0, path), on(5, other)]).samples[0]!.rttMs!.toFixed(), '70');
    assert.equal(
      play([on(0, path), on(5, { ...other, networkType: 'wifi' })]).samples[0]!.rttMs!.toFixed(),
      '800',
    );
  });

  it('takes no round trip across two pairs, and is no network change', () => {
    const path = { pairId: 'CPa', totalRoundTripTime: 1, responsesReceived: 10, currentRoundTripTime: 0.02 };
    const other = { pairId: 'CPb', totalRoundTripTime: 9, responsesReceived: 20, currentRoundTripTime: 0.07 };
    const { samples, events } = play([on(0, path), on(5, other)]);
    assert.equal(samples[0]!.rttMs, 70);
    assert.deepEqual(events, []);
    assert.equal(play([on(0, path), on(5, { ...other, pairId: 'CPa' })]).samples[0]!.rttMs!.toFixed(), '800');
  });
});

describe('two connections of one session', () => {
  const publisher = (second: number) => reading(second, [sentCamera(second)], { connectionId: 'pub' });
  const subscriber = (second: number) =>
    reading(second, [camera(second, {}, { codec: 'video/AV1' })], { connectionId: 'sub' });

  it('are one picture, whichever reports', () => {
    const { samples } = play([0, 5, 10, 15].flatMap((second) => [publisher(second), subscriber(second + 2)]));
    const told = samples.slice(2).map(({ direction, codec, bitrateKbps }) => [direction, codec, bitrateKbps]);
    assert.equal(told.length, 4);
    for (const one of told) assert.deepEqual(one, ['inbound', 'video/AV1', 480]);
  });

  it('leave the one out that has fallen silent', () => {
    const { samples } = play([
      ...[0, 5, 10].flatMap((second) => [publisher(second), subscriber(second + 2)]),
      ...[15, 20, 25, 30].map(publisher),
    ]);
    assert.deepEqual(samples.map(({ direction }) => direction).slice(-4), [
      'inbound',
      'inbound',
      'outbound',
      'outbound',
    ]);
  });

  it('tell a boundary once', () => {
    const restarted = reading(12, [camera(12, {}, { codec: 'video/VP9' })], { connectionId: 'sub' });
    const { samples } = play([
      ...[0, 5].flatMap((second) => [publisher(second), subscriber(second + 2)]),
      publisher(10),
      restarted,
      publisher(15),
    ]);
    assert.deepEqual(
      samples.slice(-3).map(({ boundary }) => boundary),
      [undefined, 'codec_change', undefined],
    );
  });

  it('are one sample when they are read together in one body', () => {
    const engine = new ReadingEngine({ maxSessions: 9, sessionTimeoutMs: 60_000 });
    const body = (second: number) => [publisher(second), subscriber(second + 0.004)];
    assert.deepEqual(engine.take(body(0), START_MS).records, []);
    const { records, indexes } = engine.take([...body(5), ...body(10)], START_MS);
    assert.deepEqual(indexes, [1, 3]);
    for (const record of records) {
      assert.ok(record.kind === 'sample' && record.bitrateKbps === 480 && record.direction === 'inbound');
    }
  });

  it('are a sample each when they are read at different times, also in one body', () => {
    const engine = new ReadingEngine({ maxSessions: 9, sessionTimeoutMs: 60_000 });
    const body = (second: number) => [publisher(second), subscriber(second + 2)];
    engine.take(body(0), START_MS);
    assert.deepEqual(engine.take([...body(5), ...body(10)], START_MS).indexes, [0, 1, 2, 3]);
  });

  it('do not wait for a reading that is known already', () => {
    const engine = new ReadingEngine({ maxSessions: 9, sessionTimeoutMs: 60_000 });
    engine.take([publisher(0), subscriber(0)], START_MS);
    engine.take([subscriber(4.5)], START_MS);
    const { indexes, duplicateCount } = engine.take([publisher(5), subscriber(4.5)], START_MS);
    assert.deepEqual([indexes, duplicateCount], [[0], 1]);
  });

  it('have the round trip of the one that carries what is shown', () => {
    const voice = (second: number) =>
      reading(second, [audio(second, {}, { remote: { roundTripTime: 0.9 } })], { connectionId: 'voice' });
    const { samples } = play([0, 5].flatMap((second) => [voice(second), publisher(second + 1)]));
    assert.equal(samples.at(-1)!.rttMs, 30);
  });

  it('are not waited for in vain: each reading of one connection has its sample', () => {
    const engine = new ReadingEngine({ maxSessions: 9, sessionTimeoutMs: 60_000 });
    const often = [0, 0.3, 0.6, 0.9, 1.2].map((second) => reading(second, [camera(second)]));
    assert.deepEqual(engine.take(often, START_MS).indexes, [1, 2, 3, 4]);
  });

  it('that are read at the same instant in two bodies are told by the next sample', () => {
    const { samples } = play([0, 5, 10].flatMap((second) => [publisher(second), subscriber(second)]));
    assert.deepEqual(
      samples.map(({ observedAtMs, direction }) => [(observedAtMs - START_MS) / 1_000, direction]),
      [
        [5, 'outbound'],
        [10, 'inbound'],
      ],
    );
  });

  it('are eight at most: the one that was silent for longest is forgotten', () => {
    const { state } = play(
      Array.from({ length: 12 }, (_, index) =>
        reading(index, [camera(index)], { connectionId: `c${index}` }),
      ),
    );
    assert.deepEqual(
      state!.connections.map(({ connectionId }) => connectionId),
      [4, 5, 6, 7, 8, 9, 10, 11].map((index) => `c${index}`),
    );
  });
});
