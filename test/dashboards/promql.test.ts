import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { badShare } from '../../dashboards/bad-share.ts';
import { queryText } from '../../dashboards/datadog/query.ts';
import { grafanaUnit } from '../../dashboards/grafana/units.ts';
import { GAUGE_LIMITS } from '../../dashboards/limits.ts';
import { buckets, bucketUpTo, growth, ratio, select } from '../../dashboards/promql.ts';
import { distributionOf, MEASURES, measureOf, SERIES } from '../../dashboards/series.ts';
import { promqlNames } from '../support/promql-names.ts';

describe('a selector', () => {
  it('names the series, and throws for a label that it does not have', () => {
    assert.equal(
      select(SERIES.attempts, { job: '=~$job', outcome: '!=dead' }),
      'webrtc_delivery_attempts_total{job=~"$job", outcome!="dead"}',
    );
    assert.equal(select(SERIES.uptime), 'otelcol_process_uptime');
    assert.throws(() => select(SERIES.attempts, { exporter: '=webhook' }), /has no label exporter/);
    assert.throws(() => select(SERIES.sessions, { le: '=1' }), /has no label le/);
    assert.throws(() => buckets(SERIES.attempts), /is no histogram/);
  });

  it('keeps any value between its quotes', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.startsWith('~')),
        (value) => {
          const text = select(SERIES.degraded, { session_id: `=${value}` });
          const { selectors } = promqlNames(text);
          assert.deepEqual(selectors, [{ metric: 'webrtc_video_degraded', labels: ['session_id'], text }]);
          const quoted = /session_id="(.*)"\}$/s.exec(text)![1]!;
          assert.equal(quoted.replace(/\\(.)/gs, '$1'), value);
        },
      ),
    );
  });
});

describe('the bucket up to a bound', () => {
  const experience = distributionOf(measureOf('webrtc.video.experience'));

  it('is found however Prometheus writes a whole number, and is no other', () => {
    const [, pattern] = /le=~"(.*)"/.exec(bucketUpTo(experience, 3))!;
    const matches = (le: string) => new RegExp(`^(?:${pattern})$`).test(le);
    assert.deepEqual(['3', '3.0', '3.5', '30', '13', '3x0'].filter(matches), ['3', '3.0']);
    assert.match(bucketUpTo(experience, 3.5), /le="3.5"/);
  });

  it('must be one of the bounds', () => {
    assert.throws(() => bucketUpTo(experience, 3.3), /no bucket that ends at 3.3/);
  });

  it('is there for the limit of every rule that judges a distribution', () => {
    const judged = MEASURES.filter(
      ({ gauge, distribution }) => distribution !== undefined && GAUGE_LIMITS.has(gauge.otelName),
    );
    assert.equal(judged.length, 5);
    for (const measure of judged) assert.match(badShare(measure, {}, '5m', ['edge']), /le=/);
  });
});

describe('arithmetic', () => {
  it('has no share of nothing, and counts what a counter was when it appeared', () => {
    assert.equal(ratio('a', 'b'), 'a / (b > 0)');
    assert.equal(growth('a', '5m'), '(a - a offset 5m >= 0 or a)');
  });
});

describe('the units of the catalogues', () => {
  it('have a counterpart in Grafana; one that nobody has thought of is refused', () => {
    for (const { gauge } of MEASURES) assert.ok(grafanaUnit(gauge).length > 0);
    for (const series of Object.values(SERIES)) assert.ok(grafanaUnit(series).length > 0, series.otelName);
    assert.throws(() => grafanaUnit({ unit: 'furlong', otelName: 'a.b' }), /a\.b has a unit/);
  });
});

describe('a query of Datadog', () => {
  it('keeps the names of OpenTelemetry, and throws for an attribute that the metric does not have', () => {
    assert.equal(
      queryText({ how: 'sum', series: SERIES.attempts, where: ['$destination'], by: ['outcome'] }),
      'sum:webrtc.delivery.attempts{$destination} by {outcome}.as_count()',
    );
    assert.throws(
      () => queryText({ how: 'sum', series: SERIES.attempts, by: ['edge'] }),
      /no attribute edge/,
    );
  });
});
