import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectorNames } from '../../../collector/telemetry/prometheus-text.ts';

describe('collectorNames', () => {
  const rows: [rule: string, before: string, after: string][] = [
    ['a series without attributes', 'otelcol_process_uptime_total 5', 'otelcol_process_uptime 5'],
    ['a series with attributes', 'otelcol_x_total{exporter="a"} 5', 'otelcol_x{exporter="a"} 5'],
    ['a HELP line', '# HELP otelcol_x_total The total of x.', '# HELP otelcol_x The total of x.'],
    ['a TYPE line', '# TYPE otelcol_x_total counter', '# TYPE otelcol_x counter'],
    ['a UNIT line', '# UNIT otelcol_x_total s', '# UNIT otelcol_x s'],
    ['a suffix in the middle is part of the name', 'otelcol_total_bytes 5', 'otelcol_total_bytes 5'],
    ['other names keep the suffix', 'deliveries_total 5', 'deliveries_total 5'],
    ['attribute values are left alone', 'x{a="otelcol_y_total "} 5', 'x{a="otelcol_y_total "} 5'],
    [
      'each line for itself',
      'otelcol_a_total 1\ndeliveries_total 2\notelcol_b_total 3\n',
      'otelcol_a 1\ndeliveries_total 2\notelcol_b 3\n',
    ],
  ];
  for (const [rule, before, after] of rows) {
    it(rule, () => assert.equal(collectorNames(before), after));
  }
});
