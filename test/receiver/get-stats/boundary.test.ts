import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boundaryBetween, type ConnectionMoment } from '../../../receiver/get-stats/boundary.ts';
import type {
  InboundCounters,
  OutboundCounters,
  StreamReading,
} from '../../../receiver/get-stats/reading.ts';
import { audio, camera, sentCamera } from './readings.ts';

const QUIET: ConnectionMoment = { usualIntervalMs: 5_000, iceRestarted: false };

/** Every counter that a browser only ever adds to. `packetsLost` is none. */
const INBOUND: readonly (keyof InboundCounters)[] = [
  ...(['packetsReceived', 'bytesReceived', 'framesReceived', 'framesDecoded', 'framesDropped'] as const),
  ...(['totalDecodeTime', 'freezeCount', 'totalFreezesDuration', 'pauseCount'] as const),
  ...(['totalPausesDuration', 'totalSamplesReceived', 'concealedSamples', 'silentConcealedSamples'] as const),
];
const OUTBOUND: readonly (keyof OutboundCounters)[] = [
  ...(['packetsSent', 'bytesSent', 'framesEncoded', 'totalEncodeTime'] as const),
];

describe('boundaryBetween', () => {
  const from = (before: StreamReading, now: StreamReading, moment: Partial<ConnectionMoment> = {}) =>
    boundaryBetween(before, now, { ...QUIET, ...moment });

  it('finds none between two readings of a stream that goes on', () => {
    assert.equal(from(camera(0), camera(5)), undefined);
    assert.equal(from(sentCamera(0), sentCamera(5)), undefined);
    assert.equal(from(camera(0), camera(0)), undefined);
  });

  for (const name of INBOUND) {
    it(`finds a counter_reset when ${name} alone goes back`, () => {
      assert.equal(from(camera(0, { [name]: 5_000_000 }), camera(5, { [name]: 4_999_999 })), 'counter_reset');
    });
  }

  for (const name of OUTBOUND) {
    it(`finds a counter_reset when ${name} alone goes back`, () => {
      const [before, now] = [sentCamera(0, { [name]: 5_000_000 }), sentCamera(5, { [name]: 4_999_999 })];
      assert.equal(from(before, now), 'counter_reset');
    });
  }

  for (const cause of ['cpu', 'bandwidth'] as const) {
    it(`finds a counter_reset when the seconds limited by ${cause} go back`, () => {
      const limited = (seconds: number) => ({ qualityLimitationDurations: { [cause]: seconds } });
      assert.equal(from(sentCamera(0, limited(2)), sentCamera(5, limited(1))), 'counter_reset');
    });
  }

  it('finds none when packetsLost falls: late packets take losses back', () => {
    assert.equal(from(camera(0, { packetsLost: 234 }), camera(5, { packetsLost: 160 })), undefined);
  });

  it('finds none when a counter appears or disappears', () => {
    assert.equal(from(camera(0, { framesDropped: undefined }), camera(5)), undefined);
    assert.equal(from(camera(0), camera(5, { totalFreezesDuration: undefined })), undefined);
  });

  it('finds an ssrc_change under the same id', () => {
    assert.equal(from(camera(0), camera(5, {}, { ssrc: 9 })), 'ssrc_change');
  });

  it('finds an ssrc_change under another id in the same slot, also where nobody tells the SSRC', () => {
    assert.equal(from(camera(0), camera(5, {}, { id: 'new', ssrc: 9 })), 'ssrc_change');
    assert.equal(
      from(camera(0, {}, { ssrc: undefined }), camera(5, {}, { id: 'new', ssrc: undefined })),
      'ssrc_change',
    );
  });

  it('finds none when only the id has changed: the SSRC says that it is the same', () => {
    assert.equal(from(camera(0), camera(5, {}, { id: 'new' })), undefined);
  });

  for (const [codec, what] of [
    ['video/VP9', 'another type'],
    ['video/VP8;profile-id=1', 'other parameters'],
  ] as const) {
    it(`finds a codec_change for ${what}`, () => {
      assert.equal(from(camera(0), camera(5, {}, { codec })), 'codec_change');
    });
  }

  it('finds a decoder_change, and an encoder that changed', () => {
    const [software, hardware] = [{ implementation: 'libvpx' }, { implementation: 'D3D11' }];
    assert.equal(from(camera(0, {}, software), camera(5, {}, hardware)), 'decoder_change');
    assert.equal(from(sentCamera(0, {}, software), sentCamera(5, {}, hardware)), 'decoder_change');
  });

  it('finds none when codec, decoder or SSRC is merely left out', () => {
    const known = camera(0, {}, { implementation: 'libvpx' });
    assert.equal(
      from(known, camera(5, {}, { implementation: undefined, codec: undefined, ssrc: undefined })),
      undefined,
    );
    assert.equal(from(camera(0), camera(5, {}, { implementation: 'libvpx' })), undefined);
  });

  it('finds a mute at its beginning and at its end, and not that a page begins to speak of it', () => {
    assert.equal(from(camera(0), camera(5, {}, { muted: true })), 'mute');
    assert.equal(from(camera(0, {}, { muted: true }), camera(5)), 'mute');
    assert.equal(from(camera(0), camera(5, {}, { muted: false })), undefined);
  });

  it('finds an ice_restart of the connection', () => {
    assert.equal(from(audio(0), audio(5), { iceRestarted: true }), 'ice_restart');
  });

  for (const [usualSeconds, seconds, expected] of [
    [5, 10, undefined],
    [5, 10.1, 'sampling_gap'],
    [1, 6, undefined],
    [1, 6.1, 'sampling_gap'],
    [60, 120, undefined],
    [60, 121, 'sampling_gap'],
  ] as const) {
    it(`finds ${expected ?? 'none'} after ${seconds} s where ${usualSeconds} s are usual`, () => {
      const moment = { usualIntervalMs: usualSeconds * 1_000 };
      assert.equal(from(camera(0), camera(seconds), moment), expected);
    });
  }

  it('finds no gap before it is known what is usual', () => {
    assert.equal(from(camera(0), camera(300), { usualIntervalMs: undefined }), undefined);
  });

  it('names the cause that explains the others', () => {
    const restarted = camera(5, { packetsReceived: 3 }, { ssrc: 9, codec: 'video/AV1', muted: true });
    assert.equal(from(camera(0), restarted, { iceRestarted: true }), 'ssrc_change');
  });
});
