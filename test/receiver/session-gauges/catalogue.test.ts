import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prometheusName } from '../../../exporter/prometheus/prometheus-name.ts';
import { configSchema, thresholdsOf } from '../../../processor/degradation/factory.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import {
  CATALOGUE,
  DEGRADED_GAUGE,
  GAUGES,
  MOS_GAUGE,
  readGauges,
  SESSION_ATTRIBUTES,
  SESSIONS_GAUGE,
} from '../../../receiver/session-gauges/catalogue.ts';
import { qualitySample } from '../../support/quality-sample.ts';

/** The published table: dashboards and alerts of others are built on these names. */
const PUBLISHED: readonly [name: string, unit: string, prometheusName: string][] = [
  ['webrtc.video.mos', '', 'webrtc_video_mos'],
  ['webrtc.video.packet_loss', '1', 'webrtc_video_packet_loss_ratio'],
  ['webrtc.video.jitter', 's', 'webrtc_video_jitter_seconds'],
  ['webrtc.video.round_trip_time', 's', 'webrtc_video_round_trip_time_seconds'],
  ['webrtc.video.bitrate', 'bit/s', 'webrtc_video_bitrate_bit_per_second'],
  ['webrtc.video.frame_rate', '{frame}/s', 'webrtc_video_frame_rate_per_second'],
  ['webrtc.video.freeze', '1', 'webrtc_video_freeze_ratio'],
  ['webrtc.video.experience', '', 'webrtc_video_experience'],
  ['webrtc.video.frames_dropped', '1', 'webrtc_video_frames_dropped_ratio'],
  ['webrtc.video.outage', '', 'webrtc_video_outage'],
  ['webrtc.video.degraded', '', 'webrtc_video_degraded'],
];

const DISTRIBUTIONS = GAUGES.flatMap(({ distribution }) => distribution ?? []);

/** What is read from a sample, by the name of the gauge. */
function read(sample: QualitySample): Record<string, number> {
  const values = new Float64Array(GAUGES.length);
  readGauges(sample, values);
  return Object.fromEntries(GAUGES.map(({ name }, index) => [name, values[index]!]));
}

describe('the catalogue', () => {
  it('has the published gauges per session, with their units and Prometheus names', () => {
    const gauges = [...GAUGES, DEGRADED_GAUGE].map((gauge) => [gauge.name, gauge.unit, gauge.prometheusName]);
    assert.deepEqual(gauges, PUBLISHED);
  });

  it('publishes exactly these attributes on the points of a session', () => {
    assert.deepEqual(SESSION_ATTRIBUTES, [
      'session.id',
      'agent.id',
      'webrtc.codec',
      'webrtc.mos.source',
      'site',
      'region',
      'edge',
      'isp',
      'network.type',
      'client.version',
    ]);
  });

  for (const { name, unit, prometheusName: expected } of [...GAUGES, DEGRADED_GAUGE, SESSIONS_GAUGE]) {
    it(`names ${name} for Prometheus as the translator does`, () => {
      assert.equal(prometheusName(name, unit, 'gauge'), expected);
    });
  }

  for (const { name, unit, prometheusName: expected } of DISTRIBUTIONS) {
    it(`names ${name} for Prometheus as the translator does`, () => {
      assert.equal(prometheusName(name, unit, 'histogram'), expected);
    });
  }

  it('has a distribution of every gauge but the one that says yes or no', () => {
    const without = GAUGES.filter(({ distribution }) => distribution === undefined);
    assert.deepEqual(
      without.map(({ name }) => name),
      ['webrtc.video.outage'],
    );
    const listed = CATALOGUE.filter(({ name }) => name.endsWith('.distribution'));
    assert.deepEqual(listed, DISTRIBUTIONS);
  });

  it('uses each name once, with and without the suffixes of Prometheus', () => {
    for (const key of ['name', 'prometheusName'] as const) {
      const names = CATALOGUE.map((metric) => metric[key]);
      assert.deepEqual(names, [...new Set(names)]);
    }
  });

  it('knows where MOS stands', () => {
    assert.equal(GAUGES[MOS_GAUGE]!.name, 'webrtc.video.mos');
  });

  it('has ascending bucket bounds', () => {
    for (const { name, bucketBoundaries } of DISTRIBUTIONS) {
      const ascending = [...new Set(bucketBoundaries)].sort((a, b) => a - b);
      assert.deepEqual(bucketBoundaries, ascending, name);
    }
  });

  it('gives each number in the unit of its metric', () => {
    const sample = qualitySample({
      mos: 3.9,
      packetLossPercent: 2,
      jitterMs: 15,
      rttMs: 250,
      bitrateKbps: 1_500,
      framesPerSecond: 29.5,
      freezeRatio: 0.25,
      experience: 2.5,
      framesDroppedPercent: 12,
      outage: false,
    });
    assert.deepEqual(read(sample), {
      'webrtc.video.mos': 3.9,
      'webrtc.video.packet_loss': 0.02,
      'webrtc.video.jitter': 0.015,
      'webrtc.video.round_trip_time': 0.25,
      'webrtc.video.bitrate': 1_500_000,
      'webrtc.video.frame_rate': 29.5,
      'webrtc.video.freeze': 0.25,
      'webrtc.video.experience': 2.5,
      'webrtc.video.frames_dropped': 0.12,
      'webrtc.video.outage': 0,
    });
  });

  it('shows an outage as 1', () => {
    assert.equal(read(qualitySample({ outage: true }))['webrtc.video.outage'], 1);
  });

  it('has a bucket bound at every default limit of a rule', () => {
    const boundsOf = (name: string) =>
      DISTRIBUTIONS.find((distribution) => distribution.name === `webrtc.video.${name}.distribution`)
        ?.bucketBoundaries ?? [];
    const { camera, screen, audio } = thresholdsOf(configSchema.parse({})).rules;
    for (const { mos, experience, packetLossAbovePercent, bitrate, freezeFromRatio } of [
      camera,
      screen,
      audio,
    ]) {
      assert.ok(boundsOf('mos').includes(mos!.below));
      assert.ok(boundsOf('mos').includes(mos!.criticalBelow));
      assert.ok(boundsOf('experience').includes(experience!.below));
      assert.ok(boundsOf('packet_loss').includes(packetLossAbovePercent! / 100));
      if (bitrate !== undefined) assert.ok(boundsOf('bitrate').includes(bitrate.belowKbps * 1_000));
      if (freezeFromRatio !== undefined) assert.ok(boundsOf('freeze').includes(freezeFromRatio));
    }
  });

  it('reads nothing from a sample that tells nothing', () => {
    const values = Object.values(read(qualitySample()));
    assert.deepEqual(
      values,
      values.map(() => NaN),
    );
  });
});
