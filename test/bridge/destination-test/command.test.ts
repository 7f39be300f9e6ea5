// `destination test` as a person runs it, against a peer that answers as PagerDuty does.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { destinationCommand } from '../../../bridge/destination-test/command.ts';
import { distribution } from '../../../collector/registry.ts';
import { collectedIo } from '../../support/collected-io.ts';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';
import { answering, ScriptedPeer } from '../../support/scripted-peer.ts';
import { VENDORS } from '../../support/vendors.ts';

let directory: string;
let peer: ScriptedPeer;
let url: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'destination-test-'));
});

after(() => rm(directory, { recursive: true, force: true }));

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
  ({ url } = peer);
  peer.answer = VENDORS.pagerduty!.yes;
});

afterEach(() => peer.stop());

const EGRESS = '{allow_http: true, allow_loopback: true}';

async function run(...args: readonly string[]) {
  const config = join(directory, 'config.yaml');
  const data = join(directory, 'data');
  await writeFile(
    config,
    `receivers: {webrtcvideo: }
processors: {degradation: }
exporters:
  pagerduty: {endpoint: "${url}/v2/enqueue", routing_key: ${CANARY}, min_severity: warning, egress: ${EGRESS}}
  webhook/siem: {endpoint: "${url}/hook", auth: {authenticator: bearertokenauth}, egress: ${EGRESS}}
  slack: {webhook_url: ""}
  queue:
  prometheus:
extensions:
  file_storage: {directory: ${data}}
  bearertokenauth: {token: ${CANARY}}
service:
  extensions: [file_storage, bearertokenauth]
  pipelines:
    logs: {receivers: [webrtcvideo], processors: [degradation], exporters: [pagerduty, webhook/siem]}
`,
  );
  const io = collectedIo();
  const code = await destinationCommand.run([...args, '--config', config], { distribution, io });
  assertNoLeak(io.written);
  return { code, ...io.written };
}

describe('destination test', () => {
  it('opens and recovers a marked incident, and shows what came back', async () => {
    const { code, out, err } = await run('test', 'pagerduty');
    assert.deepEqual([code, err], [0, '']);
    const answer = '{"status":"success","message":"Event processed"}';
    assert.equal(
      out,
      `pagerduty
  opened         0 ms  delivered  (status 202)  ${answer}
  recovered      0 ms  delivered  (status 202)  ${answer}
the destination took the test incident
`,
    );
    const [opened, recovered] = peer.requests.map(
      ({ body }) => JSON.parse(body.toString()) as { dedup_key: string; payload?: Record<string, unknown> },
    );
    assert.match(String(opened!.payload!.summary), /^\[TEST\] Video degraded: session test-/);
    assert.equal(opened!.payload!.severity, 'warning', 'no more alarm than the destination wants to have');
    assert.equal((opened!.payload!.custom_details as Record<string, unknown>).test, true);
    assert.equal(recovered!.dedup_key, opened!.dedup_key);
  });

  it('uses the authenticator of the destination', async () => {
    assert.equal((await run('test', 'webhook/siem')).code, 0);
    assert.equal(peer.requests[0]!.headers.authorization, `Bearer ${CANARY}`);
    assert.equal((JSON.parse(peer.requests[0]!.body.toString()) as { test: boolean }).test, true);
    assert.notEqual(
      peer.requests[0]!.headers['x-idempotency-key'],
      peer.requests[1]!.headers['x-idempotency-key'],
    );
  });

  it('says with its exit code that it was not taken, and shows no credential that the answer repeats', async () => {
    peer.answer = answering(403, {}, `who is\n\u001b[31m ${CANARY}?`);
    const { code, out } = await run('test', 'pagerduty');
    assert.equal(code, 1);
    assert.match(out, /opened +0 ms {2}credential {2}\(status 403\) {2}who is \[31m \[REDACTED\]\?\n/);
    assert.match(out, /NOT DELIVERED\n$/);
  });

  it('says so when nobody answers', async () => {
    await peer.stop();
    const { code, out } = await run('test', 'pagerduty');
    assert.equal(code, 1);
    assert.match(out, /opened .* retry {2}\(connect ECONNREFUSED/);
  });

  it('opens no database', async () => {
    await run('test', 'pagerduty');
    assert.deepEqual((await readdir(directory)).sort(), ['config.yaml']);
  });

  const mistakes: [args: string[], code: number, message: RegExp][] = [
    [['test', 'pagerdut'], 78, /no exporter "pagerdut" is configured; there are pagerduty, webhook\/siem/],
    [['test', 'queue'], 78, /sends nothing over HTTP/],
    [['test', 'prometheus'], 78, /takes no incidents/],
    [['test', 'slack'], 78, /is switched off/],
    [['test'], 64, /say what to do and with which exporter/],
    [['try', 'pagerduty'], 64, /say what to do/],
    [['test', 'pagerduty', 'more'], 64, /say what to do/],
    [['test', 'pagerduty', '--fast'], 64, /--fast/],
  ];
  for (const [args, expected, message] of mistakes) {
    it(`answers "${args.join(' ')}" with ${expected}`, async () => {
      const { code, err } = await run(...args);
      assert.equal(code, expected);
      assert.match(err, message);
      assert.equal(peer.requests.length, 0);
    });
  }
});
