// One sample of a session: what it shows, and what of several streams counts.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StreamReading } from '../../../receiver/get-stats/reading.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import { audio, camera, every5s, play, reading, sampleBetween, sentCamera, START_MS } from './readings.ts';

type At = (second: number) => StreamReading;

/** The newest sample after `count` readings of the same streams. */
function sampleOf(streams: readonly At[], count = 2): QualitySample {
  const readings = every5s(
    ...Array.from({ length: count }, () => (second: number) => streams.map((at) => at(second))),
  );
  return play(readings).samples.at(-1)!;
}

const screen =
  (counters: (second: number) => object = () => ({})): At =>
  (second) =>
    camera(second, counters(second), { id: 'in-screen', media: 'screen', mid: '3', ssrc: 30 });

/** Had traffic once, and nothing comes any more. */
const flat =
  (fields: object = {}): At =>
  (second) =>
    camera(second, camera(0).counters, fields);

/** A receive slot in which nothing ever came. */
const unused: At = (second) => {
  const nothing = { packetsReceived: 0, bytesReceived: 0, framesReceived: 0, framesDecoded: 0 };
  return camera(second, nothing, { id: 'unused', mid: '9', ssrc: undefined });
};

describe('the sample of a single camera', () => {
  it('tells all that the interval measured, with units', () => {
    const remote = { roundTripTime: 0.04 };
    const sample = sampleBetween(
      [camera(0)],
      [
        camera(
          5,
          { packetsReceived: 1_475, packetsLost: 25, totalFreezesDuration: 0.75, framesDropped: 5 },
          { remote, codec: 'video/VP8' },
        ),
      ],
    );
    const { mos, ...rest } = sample!;
    assert.equal(mos!.toFixed(2), '4.46');
    assert.deepEqual(rest, {
      kind: 'sample',
      sessionId: 's-1',
      observedAtMs: Date.UTC(2026, 0, 1, 0, 0, 5),
      receivedAtMs: Date.UTC(2026, 0, 1, 0, 0, 5) + 20,
      media: 'camera',
      direction: 'inbound',
      dimensions: {},
      codec: 'video/VP8',
      bitrateKbps: 480,
      framesPerSecond: 20,
      framesDroppedPercent: (100 * 5) / 105,
      outage: false,
      packetLossPercent: 5,
      jitterMs: 4,
      rttMs: 40,
      mosSource: 'estimated',
      mosCauses: ['packet_loss'],
      experience: 4.5,
      experienceCauses: ['freeze'],
      freezeRatio: 0.15,
    });
  });

  it('leaves out what the browser leaves out', () => {
    const bare: At = (second) =>
      camera(second, {
        ...Object.fromEntries(Object.keys(camera(0).counters).map((name) => [name, undefined])),
        bytesReceived: 60_000 * second + 1,
      });
    const { kind, sessionId, observedAtMs, receivedAtMs, ...rest } = sampleOf([bare]);
    assert.ok(kind === 'sample' && sessionId === 's-1' && observedAtMs > 0 && receivedAtMs > 0);
    assert.deepEqual(rest, {
      media: 'camera',
      direction: 'inbound',
      dimensions: {},
      codec: 'video/VP8',
      bitrateKbps: 480,
      outage: false,
    });
  });

  it('has the MIME type for codec: the parameters tell codecs apart, and make no label', () => {
    const h264: At = (second) => camera(second, {}, { codec: 'video/H264;profile-level-id=42e01f' });
    assert.equal(sampleOf([h264]).codec, 'video/H264');
  });

  it('carries who and where, as the newest reading has it', () => {
    const fields = { conversationId: 'c-1', agentId: 'a-1', dimensions: { site: 'north' } };
    const { samples } = play([reading(0, [camera(0)]), reading(5, [camera(5)], fields)]);
    const { conversationId, agentId, dimensions } = samples[0]!;
    assert.deepEqual({ conversationId, agentId, dimensions }, fields);
  });
});

describe('an outage', () => {
  it('is told within one interval, with nothing of the past', () => {
    const { kind, sessionId, observedAtMs, receivedAtMs, dimensions, ...rest } = sampleOf([flat()]);
    assert.ok(kind === 'sample' && sessionId === 's-1' && observedAtMs > 0 && receivedAtMs > 0);
    assert.deepEqual(
      { ...rest, dimensions },
      {
        ...{ media: 'camera', direction: 'inbound', codec: 'video/VP8', dimensions: {} },
        ...{ outage: true, bitrateKbps: 0, framesPerSecond: 0 },
        ...{ experience: 1, experienceCauses: ['outage'] },
      },
    );
  });

  it('is none of a slot that never had a byte', () => {
    assert.deepEqual(
      play(
        every5s(
          () => [unused(0)],
          () => [unused(5)],
        ),
      ).samples,
      [],
    );
    assert.equal(sampleOf([unused, camera]).outage, false);
  });

  it('is none of a picture that rests while another one flows, and that one is shown', () => {
    const sample = sampleOf([flat(), (second) => camera(second, {}, { id: 'other', mid: '5', ssrc: 50 })]);
    assert.equal(sample.outage, false);
    assert.equal(sample.bitrateKbps, 480);
    assert.equal(sample.experience, 5);
  });

  it('is one when all pictures rest, though audio flows and one sends', () => {
    const sample = sampleOf([flat(), flat({ id: 'other', mid: '5', ssrc: 50 }), audio, sentCamera]);
    assert.equal(sample.outage, true);
    assert.equal(sample.mos, undefined);
    assert.equal(sample.rttMs, undefined);
  });

  it('is one of what is sent where nothing was ever received', () => {
    const stopped: At = (second) => sentCamera(second, sentCamera(0).counters);
    assert.equal(sampleOf([stopped]).outage, true);
    assert.equal(sampleOf([sentCamera]).outage, false);
    const both = sampleOf([stopped, camera]);
    assert.deepEqual([both.outage, both.experience], [false, 5]);
    const other: At = (second) => sentCamera(second, {}, { id: 'other', mid: '6', ssrc: 60 });
    const two = sampleOf([stopped, other]);
    assert.deepEqual([two.outage, two.experience], [false, 5]);
  });

  it('is none of what is sent where something was received once, though it is gone', () => {
    const { samples } = play(
      every5s(
        (at) => [camera(at), sentCamera(at)],
        (at) => [camera(at), sentCamera(at)],
        ...Array.from({ length: 5 }, () => (at: number) => [sentCamera(at, sentCamera(5).counters)]),
      ),
    );
    assert.ok(samples.every(({ outage }) => outage !== true));
  });

  it('is one though a muted stream flows: nobody is meant to see it', () => {
    const muted: At = (at) => camera(at, {}, { id: 'muted', mid: '6', ssrc: 60, muted: true });
    assert.equal(sampleOf([muted, flat()]).outage, true);
  });

  it('is one also after a reset to nothing', () => {
    const nothing = { packetsReceived: 0, bytesReceived: 0, framesReceived: 0, framesDecoded: 0 };
    const { samples } = play(
      every5s(
        (at) => [camera(at)],
        (at) => [camera(at)],
        (at) => [camera(at, nothing)],
        (at) => [camera(at, nothing)],
      ),
    );
    assert.deepEqual(
      samples.map(({ boundary, outage }) => boundary ?? outage),
      [false, 'counter_reset', true],
    );
  });

  it('is unknown while one of the streams can not be compared', () => {
    const changed: At = (at) => camera(at, {}, { id: 'other', mid: '5', ssrc: 50, codec: `video/${at}` });
    assert.equal(sampleOf([flat(), changed]).outage, undefined);
  });

  it('is unknown while a stream has only just appeared', () => {
    const { samples } = play([reading(0, [camera(0)]), reading(5, [camera(5, {}, { id: 'new', ssrc: 9 })])]);
    assert.equal(samples[0]!.outage, undefined);
    assert.equal(samples[0]!.boundary, 'ssrc_change');
  });

  it('of a screen share takes 10 s', () => {
    const rests = screen(() => camera(0).counters);
    assert.equal(sampleOf([rests], 2).outage, undefined);
    assert.equal(sampleOf([rests], 3).outage, true);
    assert.equal(sampleOf([rests], 3).experience, 1);
  });

  it('of a call without pictures is that of its audio', () => {
    const silent: At = (second) => audio(second, audio(0).counters);
    const sample = sampleOf([silent]);
    assert.deepEqual([sample.media, sample.outage, sample.experience], ['audio', true, 1]);
  });
});

describe('what a session shows', () => {
  it('is its camera before its screen before its audio', () => {
    assert.equal(sampleOf([audio, screen(), camera]).media, 'camera');
    assert.equal(sampleOf([audio, screen()]).media, 'screen');
    assert.equal(sampleOf([audio]).media, 'audio');
  });

  it('is its screen while its camera rests', () => {
    assert.equal(sampleOf([flat(), screen()]).media, 'screen');
  });

  it('is what it receives before what it sends', () => {
    assert.equal(sampleOf([sentCamera, camera]).direction, 'inbound');
    assert.equal(sampleOf([sentCamera]).direction, 'outbound');
  });

  it('is the stream with most bytes, and stays with it', () => {
    const small =
      (kBytes: number): At =>
      (second) =>
        camera(
          second,
          { bytesReceived: 1_000 + kBytes * 200 * second },
          { id: 'small', mid: '4', codec: 'video/AV1' },
        );
    assert.equal(sampleOf([small(1), camera]).codec, 'video/VP8');
    const { samples } = play(
      every5s(
        (second) => [small(1)(second), camera(second)],
        (second) => [small(1)(second), camera(second)],
        (second) => [small(9_000)(second), camera(second)],
      ),
    );
    assert.deepEqual(
      samples.map(({ codec }) => codec),
      ['video/VP8', 'video/VP8'],
    );
  });

  it('is muted when everything that it would show is, and then neither frozen nor in outage', () => {
    const muted =
      (at: (second: number, counters: object, fields: object) => StreamReading): At =>
      (second) =>
        at(second, at(0, {}, {}).counters, { muted: true });
    const sample = sampleOf([muted(camera), muted(sentCamera)]);
    assert.equal(sample.muted, true);
    for (const key of ['outage', 'experience', 'freezeRatio'] as const) assert.equal(sample[key], undefined);
    assert.equal(sampleOf([muted(sentCamera), camera]).muted, undefined);
  });

  it('is muted when a page has switched off all that it sends', () => {
    assert.equal(sampleOf([(second) => sentCamera(second, { active: false })]).muted, true);
  });

  it('is its audio while its camera is muted', () => {
    const sample = sampleOf([(second) => camera(second, {}, { muted: true }), audio]);
    assert.deepEqual([sample.media, sample.muted], ['audio', undefined]);
  });

  it('says that it is muted no more, whether or not the page does', () => {
    const { samples } = play(
      every5s(
        (second) => [camera(second, {}, { muted: true })],
        (second) => [camera(second, {}, { muted: true })],
        (second) => [camera(second)],
        (second) => [camera(second)],
      ),
    );
    assert.deepEqual(
      samples.map(({ muted, boundary }) => [muted, boundary]),
      [
        [true, undefined],
        [false, 'mute'],
        [false, undefined],
      ],
    );
  });

  it('stays muted while its streams are gone, and is not when they are back', () => {
    const muted = (second: number) => [camera(second, {}, { muted: true })];
    const { samples } = play(
      every5s(
        muted,
        muted,
        () => [],
        (second) => [camera(second)],
      ),
    );
    assert.deepEqual(
      samples.map((sample) => sample.muted),
      [true, true, false],
    );
  });

  it('is alive, and no more, when its streams are gone', () => {
    const { samples } = play(
      every5s(
        (s) => [camera(s)],
        (s) => [camera(s)],
        () => [],
      ),
    );
    assert.equal(samples.length, 2);
    const { media, direction, bitrateKbps, outage } = samples[1]!;
    assert.deepEqual([media, direction, bitrateKbps, outage], ['camera', 'inbound', undefined, undefined]);
  });
});

describe('several streams', () => {
  const second: At = (at) => camera(at, {}, { id: 'second', mid: '4', ssrc: 40 });

  it('are added up for the bitrate of their direction', () => {
    assert.equal(sampleOf([camera, second, sentCamera, audio]).bitrateKbps, 960);
  });

  it('lose of all their packets, and the worse direction counts', () => {
    const losing = (at: number) => camera(at, { packetsLost: at * 25 });
    assert.equal(sampleOf([losing, second]).packetLossPercent!.toFixed(2), ((100 * 125) / 1_125).toFixed(2));
    const report = (at: number) => ({
      timestamp: at,
      packetsLost: at * 30,
      jitter: 0.05,
      roundTripTime: 0.03,
    });
    const sample = sampleOf([losing, (at) => sentCamera(at, {}, { remote: report(at) })]);
    assert.equal(sample.packetLossPercent, 30);
    assert.equal(sample.jitterMs, 50);
    assert.equal(sample.direction, 'inbound');
  });

  it('have the MOS of the worse direction, with its causes', () => {
    const healthy = sampleOf([camera, sentCamera]);
    assert.deepEqual(healthy.mosCauses, []);
    const report = (at: number) => ({
      timestamp: at,
      packetsLost: at * 30,
      jitter: 0.002,
      roundTripTime: 0.03,
    });
    const sample = sampleOf([camera, (at) => sentCamera(at, {}, { remote: report(at) })]);
    assert.ok(sample.mos! < 2);
    assert.deepEqual(sample.mosCauses, ['packet_loss']);
  });

  it('are not frozen by the time that they rested, whatever the browser credits afterwards', () => {
    const rested = (at: number) => {
      const pausedSeconds = at < 20 ? 0 : 17;
      const { counters } = camera(at < 20 ? 5 : at);
      return camera(
        at,
        { ...counters, totalPausesDuration: pausedSeconds },
        { id: 'tile', mid: '4', ssrc: 40 },
      );
    };
    const { samples } = play(
      every5s(
        ...Array.from({ length: 6 }, () => (at: number) => [camera(at), at < 5 ? second(at) : rested(at)]),
      ),
    );
    assert.deepEqual(
      samples.map(({ freezeRatio, experience }) => [freezeRatio, experience]),
      samples.map(() => [0, 5]),
    );
  });

  it('have the experience and the freeze of the worst', () => {
    const frozen: At = (at) => camera(at, { framesDecoded: 500 }, { id: 'second', mid: '4', ssrc: 40 });
    const sample = sampleOf([camera, frozen]);
    assert.equal(sample.freezeRatio, 1);
    assert.deepEqual(sample.experienceCauses, ['freeze']);
    assert.equal(sample.framesPerSecond, 20);
  });

  it('leave out one that has met a boundary, unless it is the main one', () => {
    const restarted = (at: number) => (at === 0 ? second(0) : { ...second(5), ssrc: 41 });
    const sample = sampleOf([camera, restarted]);
    assert.equal(sample.boundary, undefined);
    assert.equal(sample.bitrateKbps, 480);
  });

  it('tell no bitrate across a boundary of the main one', () => {
    const { samples } = play(
      every5s(
        (at) => [camera(at), second(at)],
        (at) => [camera(at), second(at)],
        (at) => [camera(at, {}, { ssrc: 70 }), second(at)],
      ),
    );
    assert.deepEqual([samples[1]!.boundary, samples[1]!.bitrateKbps], ['ssrc_change', undefined]);
    assert.equal(samples[1]!.framesPerSecond, undefined);
  });

  it('have the round trip that the picture measured itself before that of audio', () => {
    const measured = (at: number) => ({ totalRoundTripTime: 0.04 * at, roundTripTimeMeasurements: at });
    const sample = sampleOf([
      (at) => camera(at, {}, { remote: measured(at) }),
      (at) => audio(at, {}, { remote: { roundTripTime: 0.9 } }),
    ]);
    assert.equal(sample.rttMs!.toFixed(3), '40.000');
  });

  it('have no round trip of audio that is only repeated', () => {
    const remote = { timestamp: START_MS, roundTripTime: 0.9 };
    const readings = [0, 5, 10].map((at) =>
      reading(at, [camera(at), audio(at, {}, { remote })], { path: { currentRoundTripTime: 0.01 } }),
    );
    assert.equal(play(readings).samples.at(-1)!.rttMs, 10);
  });

  it('have the round trip of media, of audio too, before that of the path', () => {
    const path = { currentRoundTripTime: 0.01 };
    const rttMs = (streams: readonly At[]) =>
      play(
        [0, 5].map((at) =>
          reading(
            at,
            streams.map((one) => one(at)),
            { path },
          ),
        ),
      ).samples[0]!.rttMs;
    assert.equal(rttMs([camera]), 10);
    assert.equal(rttMs([camera, (at) => audio(at, {}, { remote: { roundTripTime: 0.05 } })]), 50);
  });
});

describe('the usual bitrate', () => {
  const usualOf = (...streams: readonly ((second: number) => readonly StreamReading[])[]) =>
    play(every5s(...streams)).samples.map(({ usualBitrateKbps }) => usualBitrateKbps);
  const other: At = (at) => camera(at, {}, { id: 'other', mid: '4', ssrc: 40 });
  const times = (count: number, streamsAt: (second: number) => readonly StreamReading[]) =>
    Array.from({ length: count }, () => streamsAt);
  /** From 10 s on a quarter of the 480 kbit/s. */
  const collapsed = (at: number, counters: object = {}) =>
    camera(at, { bytesReceived: 1_600_000 + 15_000 * (at - 10), ...counters });

  it('is known after 10 s', () => {
    assert.deepEqual(usualOf(...times(4, (at) => [camera(at)])), [undefined, 480, 480]);
  });

  it('is the sum of the streams whose bitrate is summed', () => {
    assert.deepEqual(usualOf(...times(3, (at) => [camera(at), other(at), sentCamera(at), audio(at)])), [
      undefined,
      960,
    ]);
  });

  it('is unknown as long as one of them has none', () => {
    const joins = [...times(3, (at: number) => [camera(at)]), ...times(3, (at) => [camera(at), other(at)])];
    assert.deepEqual(usualOf(...joins), [undefined, 480, 480, undefined, 960]);
  });

  it('leaves out a stream that rests, as the bitrate does', () => {
    const rests = [
      ...times(3, (at: number) => [camera(at), other(at)]),
      ...times(1, (at) => [camera(at), { ...other(at), counters: other(10).counters }]),
    ];
    const sample = play(every5s(...rests)).samples.at(-1)!;
    assert.deepEqual([sample.bitrateKbps, sample.usualBitrateKbps], [480, 480]);
  });

  it('outlives a mute, during which nothing is learned', () => {
    const muted = (at: number) => [camera(at, { bytesReceived: 1_600_000 + 100 * at }, { muted: true })];
    const unmuted = (at: number) => [camera(at, { bytesReceived: 1_700_000 + 60_000 * at })];
    const usual = usualOf(...times(3, (at) => [camera(at)]), ...times(9, muted), ...times(2, unmuted));
    assert.deepEqual([usual.at(-2), usual.at(-1)], [undefined, 480]);
    assert.equal(usual[5], 480);
  });

  it('is forgotten with the source', () => {
    const usual = usualOf(
      ...times(3, (at) => [camera(at)]),
      ...times(3, (at) => [camera(at, {}, { ssrc: 70 })]),
    );
    assert.deepEqual(usual, [undefined, 480, undefined, undefined, 480]);
  });

  it('falls with a bitrate that falls for no other reason, and slowly', () => {
    const usual = usualOf(...times(3, (at) => [camera(at)]), ...times(6, (at) => [collapsed(at)]));
    assert.ok(usual.at(-1)! < 470 && usual.at(-1)! > 450, String(usual.at(-1)));
  });

  it('does not fall while there is another fault', () => {
    for (const fault of [
      (at: number) => ({ packetsLost: at < 15 ? 0 : 40 * (at - 10) }),
      (at: number) => ({ totalFreezesDuration: at < 15 ? 0 : 0.1 * (at - 10) }),
      (at: number) => ({ framesDropped: at < 15 ? 0 : 10 * (at - 10) }),
    ]) {
      const faulty = times(6, (at) => [collapsed(at, fault(at))]);
      assert.equal(usualOf(...times(3, (at) => [camera(at)]), ...faulty).at(-1), 480);
    }
  });
});

describe('simulcast', () => {
  const layer =
    (rid: string, width: number, counters: (second: number) => object = () => ({})): At =>
    (second) =>
      sentCamera(
        second,
        { frameWidth: width, frameHeight: (width * 3) / 4, ...counters(second) },
        { id: `out-${rid}`, rid, ssrc: width },
      );
  const limited = (second: number) => ({ qualityLimitationDurations: { cpu: 0, bandwidth: second } });

  it('sends the sum of its layers', () => {
    assert.equal(sampleOf([layer('l', 320), layer('m', 640), layer('h', 1_280)]).bitrateKbps, 1_440);
  });

  it('is judged by its best layer', () => {
    assert.equal(sampleOf([layer('l', 320, limited), layer('h', 1_280)]).experience, 5);
    const sample = sampleOf([layer('l', 320), layer('h', 1_280, limited)]);
    assert.equal(sample.experience, 3);
    assert.deepEqual(sample.experienceCauses, ['bandwidth_limited']);
  });

  it('adapts when its best layer stops or is switched off', () => {
    for (const counters of [() => sentCamera(0).counters, () => ({ active: false })]) {
      const sample = sampleOf([layer('l', 320), layer('h', 1_280, counters)]);
      assert.deepEqual([sample.experience, sample.outage, sample.bitrateKbps], [5, false, 480]);
    }
  });
});

describe('the experience', () => {
  it('is unknown without frames or counters of freezes', () => {
    const sample = sampleOf([(at) => camera(at, { totalFreezesDuration: undefined })]);
    assert.equal(sample.experience, undefined);
    assert.equal(sample.freezeRatio, undefined);
    assert.equal(sampleOf([(at) => camera(at, { framesDecoded: undefined })]).experience, undefined);
    const sent: At = (at) => sentCamera(at, { qualityLimitationDurations: undefined });
    assert.equal(sampleOf([sent]).experience, undefined);
  });

  it('needs no counter for a picture that stands', () => {
    const stands: At = (at) => camera(at, { framesDecoded: 500, totalFreezesDuration: undefined });
    assert.deepEqual(sampleOf([stands]).experienceCauses, ['freeze']);
  });

  it('measures frame rate and resolution against what was usual', () => {
    const { samples } = play(
      every5s(
        (at) => [camera(at)],
        (at) => [camera(at)],
        (at) => [camera(at, { framesDecoded: 600 + 50, frameWidth: 320, frameHeight: 240 })],
      ),
    );
    assert.equal(samples[0]!.experience, 5);
    assert.deepEqual(samples[1]!.experienceCauses, ['resolution', 'frame_rate']);
  });

  it('learns no rate from the burst after a freeze', () => {
    const frames = [0, 100, 100, 350, 450];
    const { samples } = play(
      every5s(
        ...frames.map((count, index) => (at: number) => [
          camera(at, { framesDecoded: 500 + count, totalFreezesDuration: index < 3 ? 0 : 5 }),
        ]),
      ),
    );
    assert.ok(samples[1]!.experienceCauses!.includes('freeze'));
    assert.deepEqual(samples.at(-1)!.experienceCauses, []);
  });

  it('does not get used to the rate that dropped frames leave', () => {
    const dropping: At = (at) =>
      at < 10
        ? camera(at)
        : camera(at, { framesDecoded: 700 + 10 * (at - 10), framesDropped: 10 * (at - 10) });
    const samples = play(
      every5s(...Array.from({ length: 20 }, () => (at: number) => [dropping(at)])),
    ).samples;
    assert.deepEqual(samples.at(-1)!.experienceCauses, ['frames_dropped', 'frame_rate']);
  });

  it('of what is sent judges no resolution: it is limited, or nobody asked for more', () => {
    const { samples } = play(
      every5s(
        (at) => [sentCamera(at)],
        (at) => [sentCamera(at)],
        (at) => [sentCamera(at, { framesEncoded: 600 + 50, frameWidth: 320, frameHeight: 240 })],
      ),
    );
    assert.deepEqual(samples[1]!.experienceCauses, ['frame_rate']);
  });

  it('of a screen share judges neither', () => {
    const bursty = (at: number) => ({
      framesDecoded: 500 + (at < 10 ? 20 * at : 105),
      framesDropped: 2 * at,
    });
    const { samples } = play(every5s(...[0, 1, 2, 3].map(() => (at: number) => [screen(bursty)(at)])));
    assert.deepEqual(
      samples.map(({ experience }) => experience),
      [5, 5, 5],
    );
  });

  it('of audio is what was made up and could be heard', () => {
    const concealing: At = (at) => audio(at, { concealedSamples: at * 48_000 * 0.055 });
    const sample = sampleOf([concealing]);
    assert.equal(sample.experience!.toFixed(2), '3.50');
    assert.deepEqual(sample.experienceCauses, ['concealment']);
  });
});
