// Whatever a page sends in whichever dialect: no address, candidate, session description, user agent or device name gets
// past the receiver, into a record, an answer, a line of the log, or a metric.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LIVE_DIALECTS } from '../../../receiver/dialect/registry.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { envelope } from './reports.ts';
import { bearer, runBrowser, type RunningBrowser, WITH_TOKENS } from './running-browser.ts';

/** None of these occurs in a fixture, and none of them may occur behind the door. */
const NEEDLES = ['192.0.2.77', '2001:db8::77', 'canary-host.local', 'v=0', 'CanaryBrowser', 'Canary Camera'];
const CANDIDATE = 'candidate:1 1 udp 2122 192.0.2.77 54321 typ srflx raddr 2001:db8::77 rport 9';

/** What tools write beside their measurements. */
const PLANTED: Readonly<Record<string, unknown>> = {
  ip: '192.0.2.77',
  address: '2001:db8::77',
  relatedAddress: '192.0.2.77',
  hostname: 'canary-host.local',
  url: 'turn:192.0.2.77:3478',
  candidate: CANDIDATE,
  sdp: 'v=0\r\no=- 1 2 IN IP4 192.0.2.77\r\n',
  localDescription: { type: 'offer', sdp: 'v=0\r\n' },
  userAgent: 'Mozilla/5.0 CanaryBrowser/1.0',
  label: 'Canary Camera (12ab:34cd)',
  deviceLabel: 'Canary Camera',
};

const FIXTURES = new URL('../../fixtures/dialects/', import.meta.url);

interface Fixture {
  readonly name: string;
  readonly body: unknown;
  readonly receivedAtMs: number;
}

function fixturesOf(dialect: string): readonly Fixture[] {
  const folder = new URL(`${dialect}/`, FIXTURES);
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as unknown;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.expected.json'))
    .map((name) => {
      const expected = read(name) as { context: { receivedAtMs: number } };
      const input = name.replace('.expected', '');
      return { name: input, body: read(input), receivedAtMs: expected.context.receivedAtMs };
    });
}

/** The body with the planted fields in each of its objects, a map of reports included. */
function plantEverywhere(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plantEverywhere);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plantEverywhere(each)]));
  return { ...copy, ...Object.fromEntries(Object.entries(PLANTED).filter(([key]) => !(key in copy))) };
}

/** The body with `text` in the place of each text under one of the names. */
function replaceTexts(value: unknown, names: ReadonlySet<string>, text: string): unknown {
  if (Array.isArray(value)) return value.map((each) => replaceTexts(each, names, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      typeof each === 'string' && names.has(key) ? text : replaceTexts(each, names, text),
    ]),
  );
}

function textNames(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return names;
  for (const [key, each] of Object.entries(value)) {
    if (typeof each === 'string' && !Array.isArray(value)) names.add(key);
    else textNames(each, names);
  }
  return names;
}

/** Sends a body as a page of that session does, and returns how many of its readings and events were taken. */
async function send(running: RunningBrowser, body: unknown, query: string): Promise<number> {
  const reply = await running.report(body, {
    path: `/v1/rtc?${query}`,
    headers: { 'user-agent': String(PLANTED.userAgent), 'x-forwarded-for': '192.0.2.77' },
  });
  assert.ok(reply.status < 500, reply.text);
  search({ answer: [reply.text, reply.headers] });
  return reply.json().accepted ?? 0;
}

/** Fails when anything of the planted can be seen in one of the places. */
function search(places: Readonly<Record<string, unknown>>): void {
  for (const [place, content] of Object.entries(places)) {
    const shown = JSON.stringify(content);
    for (const needle of NEEDLES) assert.ok(!shown.includes(needle), `${place} shows ${needle}`);
  }
}

for (const { name: dialect } of LIVE_DIALECTS) {
  describe(`a body in the dialect ${dialect}`, () => {
    const fixtures = fixturesOf(dialect);

    /** Lets `report` send what it makes of each fixture, and searches what the receiver shows afterwards. */
    async function run(
      report: (running: RunningBrowser, body: unknown, query: string) => Promise<void>,
    ): Promise<void> {
      for (const { body, receivedAtMs } of fixtures) {
        const running = await runBrowser(
          { per_session: { requests_per_minute: 100_000, bytes_per_minute: 1_000_000_000 } },
          { clock: new VirtualClock(receivedAtMs) },
        );
        await report(running, body, `dialect=${dialect}`);
        const { lines, telemetry } = running.settings;
        const metrics = (await telemetry.collect()).resourceMetrics.scopeMetrics;
        search({ records: running.batches, log: lines, metrics });
        await running.stop();
      }
    }

    it('leaves behind what is planted in each of its objects', async () => {
      let acceptedCount = 0;
      await run(async (running, body, query) => {
        acceptedCount += await send(running, plantEverywhere(body), `${query}&session_id=s-1`);
      });
      assert.ok(acceptedCount > 0, 'something was taken');
    });

    it('leaves behind what stands in a field that is read', async () => {
      await run(async (running, body, query) => {
        for (const name of textNames(body)) {
          for (const text of [CANDIDATE, String(PLANTED.sdp)]) {
            await send(running, replaceTexts(body, new Set([name]), text), query);
          }
        }
      });
    });
  });
}

describe('a session token', () => {
  it('is in no answer, line of the log, or metric, not even when something fails', async () => {
    const running = await runBrowser(WITH_TOKENS);
    const token = await running.mint({ session_id: 's-1' });
    running.onConsume = () => Promise.reject(new Error('a fault'));
    const replies = [
      await running.report(envelope([0, 5]), { path: `/v1/rtc?access_token=${token}` }),
      await running.report(envelope([0, 5]), { headers: bearer(token) }),
      await running.report(envelope([0, 5]), { path: `/v1/rtc?access_token=${token}x` }),
      await running.report('{', { path: `/v1/rtc?access_token=${token}` }),
      await running.report(envelope([0]), { path: `/v1/nothing?access_token=${token}` }),
    ];
    assert.deepEqual(
      replies.map(({ status }) => status),
      [503, 503, 401, 400, 404],
    );
    assert.ok(running.settings.lines.length > 0);
    const metrics = (await running.settings.telemetry.collect()).resourceMetrics.scopeMetrics;
    const shown = JSON.stringify([replies, running.settings.lines, metrics]);
    for (const part of token.split('.')) assert.ok(!shown.includes(part));
    await running.stop();
  });
});
