// The product as its users run it: a process of its own, with a configuration that is laid over the default one.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeGuideEvent } from '../../receiver/guide-event/encode.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { ChildProgram } from './child-program.ts';
import type { Stack } from './stack.ts';
import { until } from './until.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const START_MS = 60_000;
/** Somebody else has the usual ports. */
const FREE_PORTS = {
  receivers: { webrtcvideo: { endpoint: '127.0.0.1:0' }, browser: { endpoint: '127.0.0.1:0' } },
  exporters: { prometheus: { endpoint: '127.0.0.1:0' }, queue: { endpoint: '127.0.0.1:0' } },
  extensions: { health_check: { endpoint: '127.0.0.1:0' } },
  service: { telemetry: { metrics: { address: '127.0.0.1:0' } } },
};

interface Answer {
  readonly status: number;
  readonly body: { readonly accepted: number; readonly rejected: readonly unknown[] };
}

export class ProductProcess {
  readonly #child: ChildProgram;
  readonly #addresses: Readonly<Record<string, string>>;

  private constructor(child: ChildProgram, addresses: Readonly<Record<string, string>>) {
    this.#child = child;
    this.#addresses = addresses;
  }

  static async start(stack: Stack, configuration: object): Promise<ProductProcess> {
    const layers = { 'ports.yaml': FREE_PORTS, 'product.yaml': configuration };
    const files = await Promise.all(
      Object.entries(layers).map(async ([name, layer]) => {
        const path = join(stack.folder, name);
        await writeFile(path, JSON.stringify(layer));
        return path;
      }),
    );
    const child = stack.own(
      new ChildProgram('product', [
        '--disable-warning=ExperimentalWarning',
        join(ROOT, 'collector/main.ts'),
        'run',
        ...[join(ROOT, 'otel-config.yaml'), ...files].flatMap((path) => ['--config', path]),
      ]),
    );
    const addresses = await until('the product has started', START_MS, () => startedAt(child));
    return new ProductProcess(child, addresses);
  }

  /** `host:port` of a part, such as `exporter:prometheus`. */
  address(part: string): string {
    const address = this.#addresses[part];
    assert.ok(address !== undefined, `${part} is bound`);
    return address;
  }

  /** Resolves when all of the records have been acknowledged. */
  async push(records: readonly (QualitySample | SessionEvent)[]): Promise<void> {
    const { status, body } = await this.offer(records.map(encodeGuideEvent));
    assert.deepEqual([status, body.accepted, body.rejected], [200, records.length, []]);
  }

  /** Anything at all, in the place of events. */
  async offer(events: readonly unknown[]): Promise<Answer> {
    const [status, body] = await this.ask('receiver:webrtcvideo', 'POST', '/v1/events', events);
    return { status, body: body as Answer['body'] };
  }

  async ask(part: string, method: string, path: string, body?: unknown): Promise<[number, unknown]> {
    const response = await fetch(`http://${this.address(part)}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return [response.status, await response.json()];
  }

  /** kill -9 */
  async kill(): Promise<void> {
    await this.#child.end();
  }
}

/** Undefined as long as it has not said that it serves. */
function startedAt(child: ChildProgram): Readonly<Record<string, string>> | undefined {
  if (child.ending !== undefined) assert.fail(`the product has ended (${child.ending}):\n${child.log}`);
  const line = child.log.split('\n').find((written) => written.includes('"msg":"started"'));
  if (line === undefined) return undefined;
  return (JSON.parse(line) as { readonly addresses: Readonly<Record<string, string>> }).addresses;
}
