import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PrometheusKind, prometheusName } from '../../../exporter/prometheus/prometheus-name.ts';

/** Pairs from the tests of github.com/prometheus/otlptranslator (metric_namer_test.go) and what follows from its rules. */
const TABLE: readonly [rule: string, name: string, unit: string, kind: PrometheusKind, expected: string][] = [
  ['dots become underscores', 'webrtc.video.mos', '', 'gauge', 'webrtc_video_mos'],
  ['several special characters become one underscore', 'metric@@##$$name', '', 'gauge', 'metric_name'],
  ['several underscores become one', 'metric__name', '', 'gauge', 'metric_name'],
  ['a name that begins with a digit gets an underscore', '123metric', '', 'gauge', '_123metric'],
  ['a time unit is written out', 'response_time', 'ms', 'gauge', 'response_time_milliseconds'],
  ['bytes are written out', 'memory_usage', 'By', 'gauge', 'memory_usage_bytes'],
  ['a percentage is written out', 'share', '%', 'gauge', 'share_percent'],
  ['an unknown unit stands as it is', 'custom_metric', 'custom_unit', 'gauge', 'custom_metric_custom_unit'],
  ['a quotient becomes per', 'throughput', 'By/s', 'gauge', 'throughput_bytes_per_second'],
  [
    'an unknown unit per second',
    'webrtc.video.bitrate',
    'bit/s',
    'gauge',
    'webrtc_video_bitrate_bit_per_second',
  ],
  ['one per second has no main unit', 'requests', '1/s', 'gauge', 'requests_per_second'],
  ['an annotation is dropped', 'custom_metric', '{custom}', 'gauge', 'custom_metric'],
  ['an annotation per second keeps its per', 'frame_rate', '{frame}/s', 'gauge', 'frame_rate_per_second'],
  [
    'an annotation after the stroke is dropped',
    'custom_metric',
    'By/{custom}',
    'gauge',
    'custom_metric_bytes',
  ],
  [
    'special characters in a unit become underscores',
    'm',
    'unit@with#special/chars',
    'gauge',
    'm_unit_with_special_per_chars',
  ],
  [
    'a unit that the name has already is not repeated',
    'response_time_seconds',
    's',
    'gauge',
    'response_time_seconds',
  ],
  ['a gauge of unit 1 is a ratio', 'cpu_usage', '1', 'gauge', 'cpu_usage_ratio'],
  ['ratio is not repeated', 'cpu_usage_ratio', '1', 'gauge', 'cpu_usage_ratio'],
  ['a histogram of unit 1 is none', 'packet_loss', '1', 'histogram', 'packet_loss'],
  ['a counter of unit 1 is none', 'items', '1', 'counter', 'items_total'],
  ['a counter is a total', 'requests', '', 'counter', 'requests_total'],
  ['total is not repeated', 'requests_total', '', 'counter', 'requests_total'],
  ['total comes last', 'requests', '1/s', 'counter', 'requests_per_second_total'],
  ['a histogram has its unit', 'request_duration', 's', 'histogram', 'request_duration_seconds'],
  ['a property of Object is no unit', 'metric', 'constructor', 'gauge', 'metric_constructor'],
];

describe('prometheusName', () => {
  for (const [rule, name, unit, kind, expected] of TABLE) {
    it(rule, () => assert.equal(prometheusName(name, unit, kind), expected));
  }
});
