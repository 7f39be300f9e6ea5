// Runs the built package as a user who installed it would: starts it, pushes a sample, loads the browser client, ends it.
// Ends with 0 when all of that worked. `npm run build` comes before it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';

checkContents();

const directory = mkdtempSync(join(tmpdir(), 'built-package-'));
const overrides = [
  `extensions.file_storage.directory=${directory}`,
  'extensions.health_check.endpoint=127.0.0.1:0',
  'receivers.webrtcvideo.endpoint=127.0.0.1:0',
  'receivers.browser.endpoint=127.0.0.1:0',
  'service.pipelines.metrics.receivers=[webrtcvideo, browser]',
  'service.pipelines.logs.receivers=[webrtcvideo, browser]',
  'exporters.prometheus.endpoint=127.0.0.1:0',
  'exporters.queue.endpoint=127.0.0.1:0',
  'service.telemetry.metrics.level=none',
];
const program = new URL('../../dist/collector/main.js', import.meta.url).pathname;
const child = spawn(
  process.execPath,
  [program, 'run', '--config', 'otel-config.yaml', ...overrides.flatMap((text) => ['--set', text])],
  { stdio: ['ignore', 'inherit', 'pipe'] },
);
const ended = once(child, 'exit');
try {
  const addresses = await startedAt();
  const response = await fetch(`http://${addresses['receiver:webrtcvideo']!}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'webrtc-video', session: { id: 's-1' }, metrics: { mos: 3 } }),
  });
  assert.deepEqual(await response.json(), { accepted: 1, rejected: [], duplicates: 0 });
  const client = await fetch(`http://${addresses['receiver:browser']!}/client.js`);
  assert.equal(await client.text(), builtClient());
} finally {
  child.kill('SIGTERM');
}
const [exitCode] = (await ended) as [number | null];
assert.equal(exitCode, 0);
rmSync(directory, { recursive: true });
process.stdout.write('the built package starts, takes a sample, serves the client, and ends\n');

/** Where everything serves, from the line that says so. */
async function startedAt(): Promise<Record<string, string>> {
  for await (const line of createInterface({ input: child.stderr })) {
    const entry = JSON.parse(line) as { msg?: string; addresses?: Record<string, string> };
    if (entry.msg === 'started') return entry.addresses!;
  }
  throw new Error('the process ended before it had started');
}

function builtClient(): string {
  // As a bundler finds it: by the name of the package.
  return readFileSync(new URL(import.meta.resolve('webrtc-quality-bridge/client')), 'utf8');
}

/** The program, the client with its types and small, the dashboards; no pictures, no sources. */
function checkContents(): void {
  const [pack] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { encoding: 'utf8' })) as [
    { files: { path: string }[] },
  ];
  const paths = pack.files.map(({ path }) => path);
  const needed = [
    'otel-config.yaml',
    'dist/client/client.js',
    'dist/client/client.d.ts',
    'dashboards/generated/grafana/fleet.json',
    'dashboards/generated/prometheus/alerting.rules.yaml',
  ];
  for (const path of needed) assert.ok(paths.includes(path), path);
  const isExpected =
    /^(?:dist\/.+\.(?:js|js\.map|d\.ts)|dashboards\/(?:README\.md|generated\/.+\.(?:json|yaml))|[^/]+)$/;
  assert.deepEqual(
    paths.filter((path) => !isExpected.test(path)),
    [],
  );
  const byteCount = gzipSync(builtClient()).length;
  assert.ok(byteCount < 4_096, `the client has ${byteCount} bytes`);
}
