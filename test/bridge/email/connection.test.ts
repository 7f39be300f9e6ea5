// How the mail server is reached: only over TLS that proves who it is, only at allowed addresses, and never with a password
// in the clear.
import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';
import { startEmail, type StartedEmail } from '../../support/smtp-destination.ts';
import type { CertificateName } from '../../support/certificates.ts';
import { SmtpPeer } from '../../support/smtp-peer.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf } from '../../support/transition.ts';

let stored: StoredOutbox;
let peer: SmtpPeer;
let email: StartedEmail | undefined;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(() => {
  peer = new SmtpPeer();
});

afterEach(async () => {
  await email?.close();
  email = undefined;
});

/** The outcome and the reason of one attempt. */
async function attempt(port: number, more: object = {}): Promise<readonly [outcome: string, reason: string]> {
  email = await startEmail(stored, port, more);
  await email.send(transitionOf());
  await email.destination.flush();
  const [row] = await stored.rows('SELECT outcome, reason FROM attempts');
  return [String(row!.outcome), String(row!.reason)];
}

describe('the certificate of the mail server', () => {
  const rows: [rule: string, certificate: CertificateName, more: object, reason: RegExp][] = [
    [
      'by an authority that nobody knows',
      'localhost',
      { ca_file: '' },
      /nobody whom we trust .* set ca_file/,
    ],
    ['that is self-signed', 'self-signed', {}, /it is self-signed/],
    ['for another name', 'other-name', {}, /it is for another host/],
    ['that has expired', 'expired', {}, /it has expired/],
  ];
  for (const [rule, certificate, more, reason] of rows) {
    for (const tls of ['starttls', 'implicit'] as const) {
      it(`${rule} is refused with ${tls}, nothing is sent, and the mail is kept`, async () => {
        await peer.start(certificate, { secure: tls === 'implicit' });
        const [outcome, words] = await attempt(peer.port, { tls, ...more });
        assert.equal(outcome, 'retry');
        assert.match(words, /^the server's certificate is refused: /);
        assert.match(words, reason);
        assert.equal(peer.mails.length, 0);
        await peer.stop();
      });
    }
  }

  it('that stays refused makes the destination unhealthy, and says why', async () => {
    await peer.start('expired');
    await attempt(peer.port);
    for (let minute = 0; minute < 5; minute++) await email!.aMinuteLater();
    const status = email!.settings.statuses.at(-1)!;
    assert.equal(status.kind, 'unhealthy');
    assert.match(JSON.stringify(status), /certificate is refused: it has expired/);
    await peer.stop();
  });

  it('is good for the address as well as for the name', async () => {
    await peer.start();
    assert.equal((await attempt(peer.port, { host: '127.0.0.1' }))[0], 'delivered');
    await peer.stop();
  });

  it('is good with TLS from the start, too', async () => {
    await peer.start('localhost', { secure: true });
    assert.equal((await attempt(peer.port, { tls: 'implicit' }))[0], 'delivered');
    await peer.stop();
  });
});

describe('a mail server without STARTTLS', () => {
  it('gets neither the password nor the mail', async () => {
    await peer.start('localhost', { disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    const [outcome, reason] = await attempt(peer.port);
    assert.equal(outcome, 'retry');
    assert.match(reason, /^the server offers no TLS: status 5\d\d.* to STARTTLS$/);
    assert.deepEqual([peer.mails.length, peer.askedRecipients.length], [0, 0]);
    await peer.stop();
  });

  it('on loopback gets it when tls is none, though it would offer TLS', async () => {
    await peer.start('localhost', { allowInsecureAuth: true });
    assert.equal((await attempt(peer.port, { tls: 'none' }))[0], 'delivered');
    assert.equal(peer.mails[0]!.isSecret, false);
    await peer.stop();
  });
});

describe('an address', () => {
  it('that a name resolves to is refused when it is forbidden, before anything connects', async () => {
    await peer.start();
    const [outcome, reason] = await attempt(peer.port, { egress: {} });
    assert.equal(outcome, 'retry');
    assert.match(reason, /^localhost resolves to .* is a loopback address; set egress.allow_loopback/);
    assert.equal(peer.connectionCount, 0);
    await peer.stop();
  });

  it('where nobody listens is tried again', async () => {
    await peer.start();
    const { port } = peer;
    await peer.stop();
    const [outcome, reason] = await attempt(port);
    assert.equal(outcome, 'retry');
    assert.match(reason, /ECONNREFUSED/);
  });
});

describe('a server that is no mail server', () => {
  let server: Server;

  async function speaking(greeting: string): Promise<number> {
    server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(greeting);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  afterEach(() => server.close());

  for (const [greeting, reason] of [
    [`HTTP/1.1 400 ${CANARY}\r\n`, /^the server answered with something that is not SMTP$/],
    [`554 no mail here ${CANARY}\r\n`, /^status 554 to CONN$/],
  ] as const) {
    it(`is tried again, and its words stay out of the reason: ${greeting.slice(0, 8)}`, async () => {
      const [outcome, words] = await attempt(await speaking(greeting));
      assert.equal(outcome, 'retry');
      assert.match(words, reason);
      assertNoLeak({ lines: email!.settings.lines, attempts: await stored.rows('SELECT * FROM attempts') });
    });
  }

  it('that never greets is given up by the clock', async () => {
    email = await startEmail(stored, await speaking(''), { timeout: '7s' });
    await email.send(transitionOf());
    while (!stored.clock.isDueAt(stored.clock.nowMs() + 7_000)) await stored.rows('SELECT 1');
    stored.clock.advance(7_000);
    await email.destination.flush();
    const [row] = await stored.rows('SELECT reason FROM attempts');
    assert.equal(row!.reason, 'not done within 7000 ms');
  });
});

describe('ca_file', () => {
  for (const [rule, file, message] of [
    ['is missing', '/nowhere/ca.pem', /ca_file \/nowhere\/ca.pem can not be read/],
    ['holds something else', new URL(import.meta.url).pathname, /holds no certificate in PEM/],
  ] as const) {
    it(`that ${rule} keeps the destination from starting`, async () => {
      await assert.rejects(startEmail(stored, 587, { ca_file: file }), message);
    });
  }
});
