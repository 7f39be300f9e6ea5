// Our side: the whole process as its command runs it, with gauges to be scraped and incidents in a durable outbox.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeGuideEvent } from '../../receiver/guide-event/encode.ts';
import { startOnFreePorts } from '../../test/stack/started-program.ts';
import type { Stack } from '../../test/stack/stack.ts';
import { readOurs } from './notices.ts';
import { readPage, sumOfMetric } from './own-metric.ts';
import { Scrapes } from './scrapes.ts';
import type { Side, Telling } from './side.ts';

const MAIN = join(import.meta.dirname, '../../collector/main.ts');

export const ourSide: Side = {
  title: 'ours',
  readNotices: readOurs,
  async start(stack, tellings) {
    const { child, ports } = await startOnFreePorts(stack, 4, async (chosen) => {
      const path = join(stack.folder, 'ours.yaml');
      await writeFile(path, JSON.stringify(configuration(chosen, stack, tellings)));
      return {
        name: 'node',
        args: ['--disable-warning=ExperimentalWarning', MAIN, 'run', '--config', path],
        readyUrl: `http://127.0.0.1:${chosen[3]}/`,
      };
    });
    const [intake, gauges, telemetry] = ports;
    // Theirs is scraped by one of its own programs; ours by this one, which asks for the same.
    const scrapes = new Scrapes(`http://127.0.0.1:${gauges}/metrics`);
    stack.onClose(() => scrapes.stop());
    return {
      programs: [{ name: 'webrtc-quality-bridge', pid: child.pid! }],
      intakeUrl: `http://127.0.0.1:${intake}/v1/events`,
      contentType: 'application/json',
      encode: (samples) => ({
        body: JSON.stringify(samples.map(encodeGuideEvent)),
        recordCount: samples.length,
      }),
      async takenCount() {
        const page = await readPage(`http://127.0.0.1:${telemetry}/metrics`);
        return sumOfMetric(page, 'otelcol_receiver_accepted_log_records') ?? 0;
      },
      troubles: () => Promise.resolve(scrapes.troubles()),
    };
  },
};

function configuration(
  [intake, gauges, telemetry, health]: readonly number[],
  { folder }: Stack,
  tellings: readonly Telling[],
): object {
  const at = (port: number | undefined) => `127.0.0.1:${port}`;
  const webhooks = Object.fromEntries(
    tellings.map(({ path, url }) => [
      `webhook/${path}`,
      { endpoint: url, egress: { allow_http: true, allow_loopback: true } },
    ]),
  );
  return {
    receivers: { webrtcvideo: { endpoint: at(intake) } },
    // So many at once are a storm, of which one notice would tell; here each is to be told by itself, as theirs are.
    processors: { degradation: { storm: { enabled: false } } },
    exporters: { prometheus: { endpoint: at(gauges) }, ...webhooks },
    extensions: {
      health_check: { endpoint: at(health) },
      file_storage: { directory: join(folder, 'ours') },
    },
    service: {
      extensions: ['health_check', 'file_storage'],
      pipelines: {
        metrics: { receivers: ['webrtcvideo'], exporters: ['prometheus'] },
        logs: {
          receivers: ['webrtcvideo'],
          processors: ['degradation'],
          exporters: Object.keys(webhooks),
        },
      },
      telemetry: { metrics: { address: at(telemetry) } },
    },
  };
}
