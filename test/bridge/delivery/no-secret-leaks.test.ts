// Whatever a destination does, its credentials, headers and signing secrets are in no log line, status, error or row.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';
import {
  answering,
  type PeerAnswer,
  resetting,
  ScriptedPeer,
  talkingNonsense,
} from '../../support/scripted-peer.ts';
import { FakeAuth, startWebhook, type StartedWebhook } from '../../support/started-webhook.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

let peer: ScriptedPeer;
let stored: StoredOutbox;
let webhook: StartedWebhook;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(async () => {
  peer = await new ScriptedPeer().start();
});

afterEach(async () => {
  await webhook.close();
  await peer.stop();
});

async function start(options: Parameters<typeof startWebhook>[1]): Promise<void> {
  webhook = await startWebhook(`${peer.url}/hook`, { shared: stored, ...options });
}

/** Lets a minute pass, in which everything that failed becomes due, and waits for what is attempted. */
async function aMinuteLater(): Promise<void> {
  stored.clock.advance(60_000);
  await webhook.destination.flush();
}

describe('a secret', () => {
  const echo: PeerAnswer = (response) => {
    response.writeHead(500).end(JSON.stringify(response.req.headers));
  };
  const rows: [rule: string, answer: PeerAnswer][] = [
    ['a destination that takes it', answering(200)],
    ['a destination that refuses it', answering(401)],
    ['a destination that answers with what it was sent', echo],
    ['a connection that is cut', resetting],
    ['an answer that is not HTTP', talkingNonsense(`${CANARY.slice(0, 4)} what?\r\n\r\n`)],
  ];
  for (const [rule, answer] of rows) {
    it(`is in no log line, status or row after ${rule}`, async () => {
      peer.answer = answer;
      await start({
        auth: new FakeAuth(CANARY),
        section: {
          headers: { 'X-Api-Key': CANARY },
          signing_secrets: [`whsec_${Buffer.from(CANARY.padEnd(32)).toString('base64')}`],
        },
      });
      await webhook.send(...incidentStory());
      for (let minute = 0; minute < 6; minute++) await aMinuteLater();
      assert.ok(peer.requests.length >= 3);
      assert.equal(peer.requests[0]!.headers['x-api-key'], CANARY);
      const { settings } = webhook;
      assertNoLeak({
        lines: settings.lines,
        statuses: settings.statuses,
        outbox: await stored.rows('SELECT * FROM outbox'),
        attempts: await stored.rows('SELECT * FROM attempts'),
        transitions: await stored.rows('SELECT * FROM transitions'),
      });
    });
  }

  const unreachable: [rule: string, section: object, reason: RegExp][] = [
    ['nobody listens', { endpoint: `http://127.0.0.1:1/${CANARY}` }, /ECONNREFUSED/],
    [
      'the address is forbidden',
      { endpoint: `https://localhost/${CANARY}`, egress: {} },
      /localhost resolves to .* is a loopback address/,
    ],
  ];
  for (const [rule, section, reason] of unreachable) {
    it(`is in no log line, status or row when ${rule}, though it be in the path`, async () => {
      await start({ auth: new FakeAuth(CANARY), section });
      await webhook.send(transitionOf());
      await webhook.destination.flush();
      const { settings } = webhook;
      const attempts = await stored.rows('SELECT * FROM attempts');
      assert.match(String(attempts[0]!.reason), reason);
      assertNoLeak({ lines: settings.lines, statuses: settings.statuses, attempts });
    });
  }
});
