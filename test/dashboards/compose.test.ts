// What can be known of the containers without an engine: that their files name each other rightly, that nothing is open to
// the network, and that the bridge's configuration is one that it takes.
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { loadConfig } from '../../collector/config/load.ts';
import { isLoopback } from '../../collector/config/open-bind.ts';
import { distribution } from '../../collector/registry.ts';
import { JOB } from '../../dashboards/prometheus/own-job.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFile(`${ROOT}${path}`, 'utf8');
const readYaml = async <Shape>(path: string) => parse(await read(path)) as Shape;

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: object;
}

const services = async () =>
  Object.entries((await readYaml<{ services: Record<string, Service> }>('compose.yaml')).services);

/** Where a file of ours lies in a container. */
async function mounted(service: string, path: string): Promise<string> {
  const { volumes = [] } = new Map(await services()).get(service)!;
  const found = volumes.map((volume) => volume.split(':')).find(([from]) => from === `./${path}`);
  assert.ok(found !== undefined, `${path} is mounted into ${service}`);
  return found[1]!;
}

async function bridgeConfig() {
  const result = await loadConfig({
    sources: ['otel-config.yaml', 'dashboards/compose/otel-config.yaml'].map((path) => ({
      kind: 'file',
      path: `${ROOT}${path}`,
    })),
    env: { INGEST_TOKEN: 'secret', SIEM_TOKEN: 'secret' },
    distribution,
  });
  assert.ok(result.ok, JSON.stringify(result));
  return result.config;
}

describe('compose.yaml', () => {
  it('publishes on loopback only, and runs everything without rights and on a tree that nobody writes to', async () => {
    for (const [name, service] of await services()) {
      for (const port of service.ports ?? []) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/, name);
      assert.equal(service.read_only, true, name);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    }
    assert.equal(new Map(await services()).get('bridge')!.user, '1000:1000');
  });

  it('mounts files that there are, read-only', async () => {
    const mounts = (await services()).flatMap(([, { volumes = [] }]) => volumes);
    const ours = mounts.filter((volume) => volume.startsWith('./'));
    assert.ok(ours.length >= 6);
    for (const volume of ours) {
      const [path, , mode] = volume.split(':');
      await access(`${ROOT}${path}`);
      assert.equal(mode, 'ro', volume);
    }
  });

  it('has no secret in it, and starts only when they are given', async () => {
    const text = await read('compose.yaml');
    for (const name of ['INGEST_TOKEN', 'GRAFANA_PASSWORD'])
      assert.match(text, new RegExp(`\\$\\{${name}:\\?`));
  });

  it('asks after the health of every part that can be asked', async () => {
    const asked = (await services()).filter(([, { healthcheck }]) => healthcheck !== undefined);
    assert.deepEqual(
      asked.map(([name]) => name),
      ['prometheus', 'grafana'],
    );
    assert.match(await read('Dockerfile'), /HEALTHCHECK[^]*127\.0\.0\.1:13133/);
  });
});

describe('the bridge in a container', () => {
  it('asks for a token wherever its port is published', async () => {
    const config = await bridgeConfig();
    const bridge = new Map(await services()).get('bridge')!;
    const published = (bridge.ports ?? []).map((port) => Number(port.split(':')[2]));
    const servers = [...config.receivers, ...config.exporters].flatMap(([id, component]) => {
      const { endpoint, auth } = component.config as { endpoint?: unknown; auth?: { authenticator: string } };
      if (typeof endpoint !== 'object' || endpoint === null || !('port' in endpoint)) return [];
      const { host, port } = endpoint as { host: string; port: number };
      return isLoopback(host) ? [] : [{ id, port, authenticator: auth?.authenticator }];
    });
    assert.deepEqual(
      servers.map(({ port }) => port),
      published,
    );
    for (const { id, authenticator } of servers) assert.equal(authenticator, 'bearertokenauth/ingest', id);
    assert.ok(!published.includes(config.service.telemetry.metrics.address.port));
  });

  it('is what Prometheus scrapes under the job that the rules know, and the name that its gauges come under', async () => {
    const { telemetry } = (await bridgeConfig()).service;
    const { scrape_configs: scrapes, rule_files: rules } = await readYaml<{
      rule_files: string[];
      scrape_configs: {
        job_name: string;
        static_configs: { targets: string[] }[];
        metric_relabel_configs?: { regex: string; action: string }[];
      }[];
    }>('dashboards/compose/prometheus.yaml');
    const own = scrapes.find(({ job_name: job }) => job === JOB)!;
    assert.deepEqual(own.static_configs[0]!.targets, [`bridge:${telemetry.metrics.address.port}`]);
    assert.equal(telemetry.resource['service.name'], JOB);
    const [dropped] = own.metric_relabel_configs!;
    assert.equal(dropped!.action, 'drop');
    assert.ok(new RegExp(`^(?:${dropped!.regex})$`).test('webrtc_delivery_attempts_total'));
    assert.ok(!new RegExp(`^(?:${dropped!.regex})$`).test('otelcol_process_uptime'));
    assert.deepEqual(rules, [`${await mounted('prometheus', 'dashboards/generated/prometheus')}/*.yaml`]);
  });

  it('is built from what is let through to the builder', async () => {
    const ignored = (await read('.dockerignore')).split('\n');
    const through = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const { include } = JSON.parse(await read('tsconfig.build.json')) as { include: string[] };
    const copied = Array.from(
      (await read('Dockerfile')).matchAll(/^COPY (?!--from)(.+) \S+$/gm),
      ([, paths]) => paths!.split(' '),
    ).flat();
    for (const path of [...include, ...copied, 'client'].filter((each) => each !== '.'))
      assert.ok(
        through.some((allowed) => path === allowed || path.startsWith(`${allowed}/`)),
        path,
      );
    assert.deepEqual(
      through.filter((path) => /data|test|git|env/.test(path)),
      [],
    );
  });
});

describe('Grafana', () => {
  it('finds the dashboards where they are mounted, and knows how often Prometheus scrapes', async () => {
    const path = await mounted('grafana', 'dashboards/generated/grafana');
    const { providers } = await readYaml<{ providers: { options: { path: string } }[] }>(
      'dashboards/compose/grafana/dashboards.yaml',
    );
    assert.equal(providers[0]!.options.path, path);
    const { environment } = new Map(await services()).get('grafana')!;
    assert.equal(environment!['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'], `${path}/fleet.json`);
    const { datasources } = await readYaml<{ datasources: { jsonData: { timeInterval: string } }[] }>(
      'dashboards/compose/grafana/datasources.yaml',
    );
    const { global } = await readYaml<{ global: { scrape_interval: string } }>(
      'dashboards/compose/prometheus.yaml',
    );
    assert.equal(datasources[0]!.jsonData.timeInterval, global.scrape_interval);
  });
});
