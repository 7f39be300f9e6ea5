// Runs the built package as a user who installed it would: starts it, pushes a sample, ends it. Ends with 0 when all of
// that worked. `npm run build` comes before it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const directory = mkdtempSync(join(tmpdir(), 'built-package-'));
const overrides = [
  `extensions.file_storage.directory=${directory}`,
  'extensions.health_check.endpoint=127.0.0.1:0',
  'receivers.webrtcvideo.endpoint=127.0.0.1:0',
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
  const address = await startedAt();
  const response = await fetch(`http://${address}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'webrtc-video', session: { id: 's-1' }, metrics: { mos: 3 } }),
  });
  assert.deepEqual(await response.json(), { accepted: 1, rejected: [], duplicates: 0 });
} finally {
  child.kill('SIGTERM');
}
const [exitCode] = (await ended) as [number | null];
assert.equal(exitCode, 0);
rmSync(directory, { recursive: true });
process.stdout.write('the built package starts, takes a sample, and ends\n');

/** The receiver's address, from the line that says that everything serves. */
async function startedAt(): Promise<string> {
  for await (const line of createInterface({ input: child.stderr })) {
    const entry = JSON.parse(line) as { msg?: string; addresses?: Record<string, string> };
    if (entry.msg === 'started') return entry.addresses!['receiver:webrtcvideo']!;
  }
  throw new Error('the process ended before it had started');
}
