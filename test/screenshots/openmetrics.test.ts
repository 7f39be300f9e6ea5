// Scrapes as promtool reads them: families together, each point with its time and with the labels that a scrape adds.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openMetrics } from '../../screenshots/prometheus/openmetrics.ts';
import { parseExposition } from '../support/exposition.ts';

const START_MS = 1_000_000;

/** Of a label's value, those that are escaped among them. */
const SIGN = fc.oneof(
  fc.constantFrom('\\', '"', '\n', 'n', ','),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);

/** Without the closing line, and with the times apart. */
function read(text: string) {
  assert.ok(text.endsWith('\n# EOF\n'));
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, point, atS] = /^(.*) (\S+)$/.exec(line)!;
      return { ...parseExposition(point!).points[0]!, atS: Number(atS) };
    });
}

describe('scrapes as OpenMetrics', () => {
  it('keep of each endpoint its own metrics, under the job and the endpoint that they were scraped from', () => {
    const scrape = {
      atMs: 5_000,
      exporter: '# TYPE webrtc_a gauge\nwebrtc_a{edge="x"} 1\notelcol_b 2\ntarget_info 1\n',
      telemetry: '# TYPE otelcol_b counter\notelcol_b 3\nwebrtc_a 4\n',
    };
    assert.deepEqual(read(openMetrics([scrape], START_MS, 'bridge')), [
      {
        ...{ name: 'webrtc_a', labels: { edge: 'x', job: 'bridge', instance: 'bridge:9464' } },
        ...{ value: 1, atS: 1_005 },
      },
      {
        ...{ name: 'otelcol_b', labels: { job: 'bridge', instance: 'bridge:8888' } },
        ...{ value: 3, atS: 1_005 },
      },
    ]);
  });

  it('have all points of a metric together and in the order of time, those of a histogram as one', () => {
    const scrape = (atMs: number) => ({
      atMs,
      exporter: [
        '# TYPE webrtc_h histogram\nwebrtc_h_bucket{le="+Inf"} 1\nwebrtc_h_sum 2\nwebrtc_h_count 1',
        '# TYPE webrtc_things_count gauge\nwebrtc_things_count 7',
        '# TYPE webrtc_c_total counter\nwebrtc_c_total 1\n',
      ].join('\n'),
      telemetry: '# TYPE otelcol_d counter\notelcol_d 1\n',
    });
    const text = openMetrics([scrape(0), scrape(1_500)], START_MS, 'j');
    const names = text.split('\n').map((line) => line.replace(/\{.*\} \S+/, ''));
    assert.deepEqual(names, [
      ...['# TYPE webrtc_h histogram', 'webrtc_h_bucket 1000', 'webrtc_h_sum 1000', 'webrtc_h_count 1000'],
      ...['webrtc_h_bucket 1001.5', 'webrtc_h_sum 1001.5', 'webrtc_h_count 1001.5'],
      ...['# TYPE webrtc_things_count gauge', 'webrtc_things_count 1000', 'webrtc_things_count 1001.5'],
      ...['# TYPE webrtc_c counter', 'webrtc_c_total 1000', 'webrtc_c_total 1001.5'],
      // OpenMetrics knows no counter of such a name.
      ...['# TYPE otelcol_d unknown', 'otelcol_d 1000', 'otelcol_d 1001.5'],
      ...['# EOF', ''],
    ]);
  });

  it('keep any value of a label, and any number', () => {
    fc.assert(
      fc.property(fc.string({ unit: SIGN }), fc.double(), (text, value) => {
        const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
        const number = Number.isFinite(value) ? value : value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
        const exporter = `webrtc_a{x="${escaped}"} ${number}\n`;
        const [point] = read(openMetrics([{ atMs: 0, exporter, telemetry: '' }], START_MS, 'j'));
        assert.equal(point!.labels['x'], text);
        assert.ok(Object.is(point!.value, value) || point!.value === value);
      }),
    );
  });
});
