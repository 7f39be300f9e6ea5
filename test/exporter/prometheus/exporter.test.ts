import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { prometheusFactory } from '../../../exporter/prometheus/factory.ts';
import type { PrometheusExporter } from '../../../exporter/prometheus/exporter.ts';
import { SessionGauges } from '../../../receiver/session-gauges/session-gauges.ts';
import { testSettings } from '../../support/component-settings.ts';
import { endedEvent, qualityBatch, qualitySample } from '../../support/quality-sample.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function parse(config: object) {
  return prometheusFactory.configSchema.safeParse(config);
}

function running(config: object = {}) {
  const clock = new VirtualClock();
  const hub = new SessionGauges({ clock });
  const settings = testSettings({ id: 'prometheus', clock, resourceAttributes: { 'service.name': 'wqb' } });
  const parsed = prometheusFactory.configSchema.parse({ endpoint: '127.0.0.1:0', ...config });
  const exporter = prometheusFactory.create(settings, parsed as never, hub) as PrometheusExporter;
  const sink = hub.sink('metrics', [exporter]);
  const scrape = async (path = '/metrics') => {
    const response = await fetch(`http://${exporter.boundAddress}${path}`);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    };
  };
  return { clock, hub, settings, exporter, sink, scrape };
}

describe('the exporter prometheus', () => {
  const { hub, settings, exporter, sink, scrape } = running();
  before(() => exporter.start());
  after(() => exporter.shutdown());

  it('serves every gauge under its Prometheus name, with labels that Prometheus takes', async () => {
    await sink.consume(
      qualityBatch(
        qualitySample({
          mos: 3.9,
          packetLossPercent: 2,
          bitrateKbps: 1_500,
          agentId: 'a"1\\',
          dimensions: { 'network.type': 'wifi' },
        }),
      ),
    );
    hub.setDegradedLevel('s-1', 2);
    const { status, type, text } = await scrape();
    assert.equal(status, 200);
    assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8');
    const labels = '{session_id="s-1",agent_id="a\\"1\\\\",network_type="wifi"}';
    const lines = text.split('\n');
    for (const line of [
      `webrtc_video_mos${labels} 3.9`,
      `webrtc_video_packet_loss_ratio${labels} 0.02`,
      `webrtc_video_bitrate_bit_per_second${labels} 1500000`,
      `webrtc_video_degraded${labels} 2`,
      'webrtc_video_sessions{webrtc_session_state="degraded"} 1',
      'webrtc_video_mos_distribution_count{network_type="wifi"} 1',
      'webrtc_video_mos_distribution_bucket{network_type="wifi",le="+Inf"} 1',
      'target_info{service_name="wqb"} 1',
    ]) {
      assert.ok(lines.includes(line), `${line} in\n${text}`);
    }
  });

  it('writes lines that are comments or samples, and no unit line', async () => {
    const { text } = await scrape();
    assert.ok(text.endsWith('\n'));
    for (const line of text.trimEnd().split('\n')) {
      assert.match(line, /^(# (HELP|TYPE) [a-z_:]+ .+|[a-z_]+(\{.*\})? -?[0-9.e+]+)$/);
    }
  });

  it('tells how many points were scraped', async () => {
    const read = () => settings.recorded('otelcol_exporter_sent_metric_points', { exporter: 'prometheus' });
    const before = await read();
    await scrape();
    assert.ok((await read())! > before!);
  });

  it('answers other paths with 404', async () => {
    assert.equal((await scrape('/')).status, 404);
  });

  it('shows an ended session no more', async () => {
    await sink.consume(qualityBatch(endedEvent()));
    const { text } = await scrape();
    assert.ok(!text.includes('session_id="s-1"'));
  });
});

describe('a scrape of many sessions', () => {
  it('has one line per session and one header per metric, however many pieces it was written in', async () => {
    const { exporter, sink, scrape } = running();
    await exporter.start();
    const samples = Array.from({ length: 9_000 }, (_, index) =>
      qualitySample({ sessionId: `s-${index}`, mos: 4 }),
    );
    await sink.consume(qualityBatch(...samples));
    const { text } = await scrape();
    await exporter.shutdown();
    const lines = text.split('\n');
    const series = lines.filter((line) => line.startsWith('webrtc_video_mos{session_id='));
    assert.equal(new Set(series).size, 9_000);
    for (const keyword of ['HELP', 'TYPE']) {
      const headers = lines.filter((line) => line.startsWith(`# ${keyword} webrtc_video_mos `));
      assert.equal(headers.length, 1);
    }
  });

  it('shows only the chosen ones', async () => {
    const { exporter, sink, scrape } = running({ sessions: 'worst', worst_count: 1 });
    await exporter.start();
    const samples = [4, 2, 3].map((mos) => qualitySample({ sessionId: `mos-${mos}`, mos }));
    await sink.consume(qualityBatch(...samples));
    const { text } = await scrape();
    await exporter.shutdown();
    assert.deepEqual(text.match(/^webrtc_video_mos\{.*$/gm), ['webrtc_video_mos{session_id="mos-2"} 2']);
  });
});

describe('its life', () => {
  it('may be shut down before start and twice', async () => {
    const { exporter } = running();
    await exporter.shutdown();
    await exporter.start();
    await exporter.shutdown();
    await exporter.shutdown();
    assert.equal(exporter.boundAddress, undefined);
  });

  it('does not start on an address that is taken', async () => {
    const first = running();
    await first.exporter.start();
    const second = running({ endpoint: first.exporter.boundAddress });
    await assert.rejects(second.exporter.start(), /EADDRINUSE/);
    await second.exporter.shutdown();
    await first.exporter.shutdown();
  });
});

describe('its configuration', () => {
  it('needs no key', () => {
    const config = prometheusFactory.configSchema.parse(undefined);
    assert.deepEqual(JSON.parse(JSON.stringify(config)), {
      endpoint: '127.0.0.1:9464',
      path: '/metrics',
      allow_unauthenticated: false,
      sessions: 'all',
      worst_count: 100,
    });
  });

  const refused: readonly [rule: string, config: object, message: RegExp][] = [
    ['an open address without leave is refused', { endpoint: '0.0.0.0:9464' }, /asks for no authentication/],
    ['an unknown key is refused', { prot: 1 }, /prot/],
    ['a path without a stroke is refused', { path: 'metrics' }, /must begin with/],
    ['an unknown choice of sessions is refused', { sessions: 'best' }, /Invalid option/],
    ['a count of no session is refused', { worst_count: 0 }, />0/],
  ];
  for (const [rule, config, message] of refused) {
    it(rule, () => {
      const { error } = parse(config);
      assert.match(error!.message, message);
    });
  }

  it('an open address is allowed in words', () => {
    assert.ok(parse({ endpoint: '0.0.0.0:9464', allow_unauthenticated: true }).success);
  });
});
