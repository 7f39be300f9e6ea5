// The extension `api` with operations of a test, on a free port, asked over HTTP.
import assert from 'node:assert/strict';
import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { formatSecretHash, hashSecret } from '../../api/access/secret-hash.ts';
import { Api } from '../../api/api.ts';
import { apiConfigSchema } from '../../api/config.ts';
import type { Operation } from '../../api/operation.ts';
import { SCOPES } from '../../api/scope.ts';
import { testHost, testSettings, type TestSettings } from '../support/component-settings.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

export const SECRET = 'canary-of-the-client-6b1f0c55d2a94e37';
export const SIGNING_KEY = 'canary-of-the-signing-key-93d1e0f7a2';

/** The cheapest that is taken. */
export const SECRET_HASH = formatSecretHash(await hashSecret(SECRET, { ln: 14, r: 8, p: 1 }));

/** One that may have everything, and one that may have the least. */
export const CLIENTS = [
  { id: 'grafana', secret_hash: SECRET_HASH, scopes: SCOPES },
  { id: 'narrow', secret_hash: SECRET_HASH, scopes: ['realtime:read'] },
];

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  json<T = { message: string; code: string; status: number }>(): T;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON when it is no text. */
  readonly body?: unknown;
  /** Keeps connections; without it each request has its own. */
  readonly agent?: Agent;
}

export class RunningApi {
  readonly settings: TestSettings;
  readonly clock: VirtualClock;
  readonly api: Api;

  private constructor(settings: TestSettings, clock: VirtualClock, api: Api) {
    this.settings = settings;
    this.clock = clock;
    this.api = api;
  }

  static async start(
    operations: readonly Operation[] = [],
    section: object = {},
    clock = new VirtualClock(),
  ): Promise<RunningApi> {
    const config = apiConfigSchema.parse({
      endpoint: '127.0.0.1:0',
      clients: CLIENTS,
      signing_key: SIGNING_KEY,
      ...section,
    });
    const settings = testSettings({ id: 'api', clock });
    const api = new Api(settings, config, {
      open: () => Promise.resolve(operations),
      close: () => Promise.resolve(),
      flush: () => Promise.resolve(),
    });
    await api.start(testHost());
    return new RunningApi(settings, clock, api);
  }

  get port(): number {
    return Number(this.api.boundAddress!.split(':').at(-1));
  }

  stop(): Promise<void> {
    return this.api.shutdown(new AbortController().signal);
  }

  /** How many requests were counted so. */
  async counted(operation: string, statusClass: string): Promise<number> {
    const attributes = { extension: 'api', operation, status_class: statusClass };
    return (await this.settings.recorded('webrtc.api.requests', attributes)) ?? 0;
  }

  /** The answer, from its headers on. */
  open(
    path: string,
    { method = 'GET', headers = {}, body, agent }: Asked = {},
  ): Promise<[ClientRequest, IncomingMessage]> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(textOf(body))) };
      const request = httpRequest(
        {
          host: '127.0.0.1',
          port: this.port,
          path,
          method,
          agent: agent ?? false,
          headers: { ...length, ...headers },
        },
        (response) => resolve([request, response]),
      );
      request.on('error', reject);
      request.end(body === undefined ? undefined : textOf(body));
    });
  }

  async ask(path: string, asked: Asked = {}): Promise<Answer> {
    const [, response] = await this.open(path, asked);
    let text = '';
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
    return {
      status: response.statusCode!,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as never,
    };
  }

  askToken(body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.ask('/oauth/token', { method: 'POST', headers: { ...form, ...headers }, body });
  }

  async token(id = 'grafana', scope = ''): Promise<string> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: SECRET,
      scope,
    });
    const answer = await this.askToken(form.toString());
    assert.equal(answer.status, 200, answer.text);
    return answer.json<{ access_token: string }>().access_token;
  }
}

/** Stops it whatever happens, so that a test that fails doesn't hang. */
export async function withApi(
  operations: readonly Operation[],
  section: object,
  use: (running: RunningApi) => Promise<void>,
): Promise<void> {
  const running = await RunningApi.start(operations, section);
  try {
    await use(running);
  } finally {
    await running.stop();
  }
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
