// No secret of any component is in anything that the process says: every secret that the configuration can hold is the same
// canary, every peer repeats what it was sent, and whatever is logged, served, printed or stored is searched for it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { loadConfig, type LoadResult } from '../../collector/config/load.ts';
import { type JsonSchema, Shape } from '../../collector/config/shape.ts';
import { toYaml } from '../../collector/config/write-yaml.ts';
import { distribution } from '../../collector/registry.ts';
import { type Collector, createCollector } from '../../collector/service/collector.ts';
import { AUTHORITY_FILE } from '../support/certificates.ts';
import { recordingLogger, type LogLine } from '../support/log-lines.ts';
import { assertNoLeak, CANARY } from '../support/no-leak.ts';
import { type PeerAnswer, resetting, ScriptedPeer } from '../support/scripted-peer.ts';
import { SmtpPeer } from '../support/smtp-peer.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const FIXTURE = new URL('../fixtures/secrets/every-secret.yaml', import.meta.url).pathname;

type Loaded = Extract<LoadResult, { ok: true }>;

let directory: string;
let peer: ScriptedPeer;
/** Refuses a login with its password. */
let mail: SmtpPeer;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'secrets-'));
  peer = await new ScriptedPeer().start();
  mail = await new SmtpPeer().start();
  mail.isLoginBroken = true;
});

after(async () => {
  await Promise.all([peer.stop(), mail.stop()]);
  await rm(directory, { recursive: true });
});

async function load(set: readonly string[] = []): Promise<Loaded> {
  const result = await loadConfig({
    sources: [
      { kind: 'file', path: FIXTURE },
      ...set.map((assignment) => ({ kind: 'set', assignment }) as const),
    ],
    env: {
      CANARY,
      SIGNING_CANARY: `whsec_${Buffer.from(CANARY.padEnd(33)).toString('base64')}`,
      HASH_CANARY: `scrypt:ln=14,r=8,p=1:${inBase64Url(CANARY)}:${inBase64Url(CANARY.padEnd(32))}`,
      DIRECTORY: directory,
      PEER_URL: peer.url,
      MAIL_PORT: String(mail.port),
      AUTHORITY_FILE,
    },
    distribution,
  });
  assert.ok(result.ok, JSON.stringify(result, undefined, 1));
  return result;
}

function inBase64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** The paths of all secrets below `shape`; `*` stands for any key and for any entry of a list. */
function secretPaths(shape: Shape, path = ''): string[] {
  if (shape.isSecret) return [path];
  const below: [string, Shape | undefined][] = shape.keys.map((key) => [key, shape.child(key)]);
  below.push(['*', shape.child('any key')], ['*', shape.item(0)]);
  return below.flatMap(([key, child]) => (child === undefined ? [] : secretPaths(child, `${path}/${key}`)));
}

/** Whether some value stands at the path, whose `*` is any key or entry. */
function isSet(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  const below = step === '*' ? Object.values(value) : [(value as Record<string, unknown>)[step]];
  return below.some((inner) => isSet(inner, rest));
}

describe('the configuration of this test', () => {
  it('has every secret of every component of this build', async () => {
    const { resolved } = await load();
    const missing = distribution.factories.flatMap(({ kind, type, configSchema }) => {
      const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
      const section = (resolved as Record<string, Record<string, unknown>>)[`${kind}s`] ?? {};
      const ours = Object.entries(section).filter(([id]) => id.split('/', 1)[0] === type);
      return secretPaths(Shape.of(schema))
        .filter((path) => !ours.some(([, config]) => isSet(config, path.split('/').slice(1))))
        .map((path) => `${kind} ${type}${path}`);
    });
    assert.deepEqual(missing, []);
  });
});

describe('a secret', () => {
  it('is not in what print-config prints, nor in the configuration when somebody prints it', async () => {
    const { resolved, config } = await load();
    assertNoLeak({ 'print-config': toYaml(resolved), 'the configuration': config });
  });

  it('is not in what is said of a configuration that is wrong in every component', async () => {
    const wrong = distribution.factories.map(({ kind, type }) => `${kind}s.${type}.nonsense=${CANARY}`);
    await assert.rejects(load(wrong), (error: Error) => {
      const result = JSON.parse(error.message) as { problems: unknown[] };
      assert.ok(result.problems.length >= wrong.length);
      assertNoLeak({ problems: result.problems });
      return true;
    });
  });

  const echo: PeerAnswer = (response) => {
    const { headers, url = '' } = response.req;
    response.writeHead(500, { 'content-type': 'application/json', 'x-echo': headers.authorization ?? '' });
    response.end(JSON.stringify({ headers, url, error: CANARY, message: CANARY }));
  };
  const grant: PeerAnswer = (response) => {
    const isToken = response.req.url === '/oauth/token';
    response.writeHead(isToken ? 200 : 401, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        isToken ? { access_token: CANARY, token_type: 'bearer', expires_in: 3_600 } : { error: CANARY },
      ),
    );
  };
  const behaviours: [rule: string, answer: PeerAnswer][] = [
    ['repeat what they were sent in a 500', echo],
    ['give out tokens and then refuse them', grant],
    ['cut every connection', resetting],
  ];
  for (const [rule, answer] of behaviours) {
    it(`is not in anything that is logged, served or stored while all peers ${rule}`, async () => {
      peer.answer = answer;
      const said = await liveThroughAnIncident();
      assert.ok(said.lines.length > 0, 'the log says something');
      assert.ok(said.asked > 8, `peers were asked: ${said.asked}`);
      assertNoLeak(said.places);
    });
  }
});

interface Said {
  readonly lines: readonly LogLine[];
  /** How many requests reached the peer. */
  readonly asked: number;
  readonly places: Readonly<Record<string, unknown>>;
}

/** Two minutes of a bad session, with an incident that no destination takes. */
async function liveThroughAnIncident(): Promise<Said> {
  const clock = new VirtualClock();
  const { logger, lines } = recordingLogger();
  const { config } = await load();
  const collector = createCollector({ config, distribution, clock, logger });
  const askedBefore = peer.requests.length;
  await collector.start();
  const answers: string[] = [];
  for (let second = 0; second < 120; second += 5) {
    answers.push(await pushBadSample(collector, clock));
    await passUntilFlushed(collector, clock);
  }
  const served = await everythingServed(collector);
  const places = {
    answers,
    served,
    telemetry: await collector.telemetryText(),
    health: collector.host.health,
  };
  await collector.shutdown();
  return {
    lines,
    asked: peer.requests.length - askedBefore,
    places: { ...places, lines, stored: everythingStored() },
  };
}

/** Five seconds, and as many more as somebody waits who is to be flushed: a retry is on the same clock. */
async function passUntilFlushed(collector: Collector, clock: VirtualClock): Promise<void> {
  clock.advance(5_000);
  let isFlushed = false;
  const flushed = collector.flush().then(() => (isFlushed = true));
  while (!isFlushed) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1);
  }
  await flushed;
}

async function pushBadSample(collector: Collector, clock: VirtualClock): Promise<string> {
  const address = collector.component('receiver:webrtcvideo')!.boundAddress!;
  const timestamp = clock.nowMs();
  const body = { type: 'webrtc-video', session: { id: 's-1' }, agent: { id: 'a-1' }, metrics: { mos: 1.5 } };
  const response = await fetch(`http://${address}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, timestamp }),
  });
  assert.equal(response.status, 200);
  return response.text();
}

/** What anybody on this machine can read, and what a caller with a wrong credential is told. */
async function everythingServed(collector: Collector): Promise<readonly string[]> {
  const paths: [component: string, path: string][] = [
    ['exporter:prometheus', '/metrics'],
    ['exporter:queue', '/v1/queue'],
    ['extension:health_check', '/'],
    ['extension:silences', '/v1/silences'],
    ['extension:api', '/openapi.json'],
    ['extension:api', '/'],
    ['extension:api', '/api/v1/sessions'],
    ['extension:api', '/oauth/token'],
    ['receiver:browser', '/v1/rtc/token'],
    ['receiver:browser', '/client.js'],
    ['receiver:webrtcvideo', '/nowhere'],
    ['telemetry:metrics', '/metrics'],
  ];
  return Promise.all(
    paths.map(async ([component, path]) => {
      const address = collector.component(component)?.boundAddress;
      assert.ok(address !== undefined, `${component} listens`);
      const response = await fetch(`http://${address}${path}`, {
        headers: { authorization: 'Bearer wrong' },
      });
      return `${JSON.stringify([...response.headers])}\n${await response.text()}`;
    }),
  );
}

/** All rows of all tables of the databases. */
function everythingStored(): readonly unknown[] {
  return ['incidents', 'checkpoints', 'rollups'].flatMap((name) => {
    const database = new DatabaseSync(join(directory, `${name}.db`), { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const rows = tables.map((table) => database.prepare(`SELECT * FROM ${String(table.name)}`).all());
    database.close();
    assert.ok(rows.some((some) => some.length > 0));
    return rows;
  });
}
