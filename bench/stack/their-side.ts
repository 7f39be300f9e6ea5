// What a user would build instead: a Collector that takes the gauges, Prometheus that scrapes it and evaluates the rules, and
// Alertmanager that posts.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startOnFreePorts } from '../../test/stack/started-program.ts';
import { readTheirs } from './notices.ts';
import { OtlpGauges } from './otlp-gauges.ts';
import { readPage, sumOfMetric } from './own-metric.ts';
import type { Side } from './side.ts';
import { alertmanagerConfig, collectorConfig, prometheusConfig, rules } from './their-config.ts';

const at = (port: number | undefined) => `127.0.0.1:${port}`;

export const theirSide: Side = {
  title: 'Collector + Prometheus + Alertmanager',
  readNotices: readTheirs,
  async start(stack, tellings, sessionCount) {
    const folder = join(stack.folder, 'theirs');
    await mkdir(folder);
    const write = async (name: string, content: object) => {
      const path = join(folder, name);
      await writeFile(path, JSON.stringify(content));
      return path;
    };
    const alertmanager = await startOnFreePorts(stack, 1, async ([port]) => ({
      name: 'alertmanager',
      args: [
        `--config.file=${await write('alertmanager.yml', alertmanagerConfig(tellings))}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        `--web.listen-address=${at(port)}`,
        '--cluster.listen-address=',
      ],
      readyUrl: `http://${at(port)}/-/ready`,
    }));
    const collector = await startOnFreePorts(stack, 4, async ([otlp, exporter, telemetry, health]) => {
      const config = collectorConfig({
        otlp: at(otlp),
        exporter: at(exporter),
        telemetryPort: telemetry!,
        health: at(health),
      });
      const path = await write('otelcol.yaml', config);
      return { name: 'otelcol', args: ['--config', path], readyUrl: `http://${at(health)}/` };
    });
    const [otlp, exporter, telemetry] = collector.ports;
    const rulesPath = await write('rules.yml', rules());
    const prometheus = await startOnFreePorts(stack, 1, async ([port]) => {
      const config = prometheusConfig({
        target: at(exporter),
        alertmanager: at(alertmanager.ports[0]),
        rulesPath,
      });
      return {
        name: 'prometheus',
        args: [
          `--config.file=${await write('prometheus.yml', config)}`,
          `--storage.tsdb.path=${join(folder, 'prometheus')}`,
          `--web.listen-address=${at(port)}`,
        ],
        readyUrl: `http://${at(port)}/-/ready`,
      };
    });
    const prometheusUrl = `http://${at(prometheus.ports[0])}`;
    const gauges = new OtlpGauges();
    return {
      programs: [
        { name: 'Collector', pid: collector.child.pid! },
        { name: 'Prometheus', pid: prometheus.child.pid! },
        { name: 'Alertmanager', pid: alertmanager.child.pid! },
      ],
      intakeUrl: `http://${at(otlp)}/v1/metrics`,
      contentType: 'application/x-protobuf',
      encode(samples) {
        const { body, pointCount } = gauges.encode(samples);
        return { body, recordCount: pointCount };
      },
      async takenCount() {
        const page = await readPage(`http://${at(telemetry)}/metrics`);
        return sumOfMetric(page, 'otelcol_receiver_accepted_metric_points') ?? 0;
      },
      troubles: () => troublesOf(prometheusUrl, sessionCount),
    };
  },
};

async function troublesOf(prometheusUrl: string, sessionCount: number): Promise<string[]> {
  const ask = async (query: string) => {
    const text = await readPage(`${prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = JSON.parse(text) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1] ?? 0);
  };
  const page = await readPage(`${prometheusUrl}/metrics`);
  const own = (name: string) => sumOfMetric(page, name) ?? 0;
  const seen = await ask('count(webrtc_video_mos)');
  const unscraped = await ask('count_over_time(up[1h]) - sum_over_time(up[1h])');
  const missed = own('prometheus_rule_group_iterations_missed');
  const failed = own('prometheus_rule_evaluation_failures');
  const dropped = own('prometheus_notifications_dropped');
  return [
    ...(seen === sessionCount ? [] : [`Prometheus sees ${seen} of ${sessionCount} sessions`]),
    ...(unscraped === 0 ? [] : [`${unscraped} scrapes failed, or took longer than 5 s`]),
    ...(missed === 0 ? [] : [`${missed} evaluations were left out`]),
    ...(failed === 0 ? [] : [`${failed} evaluations failed`]),
    ...(dropped === 0 ? [] : [`${dropped} alerts did not get to Alertmanager`]),
  ];
}
