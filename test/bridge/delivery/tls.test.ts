// How an HTTP destination is reached over TLS: only by a certificate that proves who it is, by TLS 1.2 or later, and with
// everything kept until somebody has put the certificate right.
import assert from 'node:assert/strict';
import type { ServerOptions } from 'node:https';
import { after, afterEach, before, describe, it } from 'node:test';
import { AUTHORITY_FILE, serverCertificate, type CertificateName } from '../../support/certificates.ts';
import { ScriptedPeer } from '../../support/scripted-peer.ts';
import { startWebhook, type StartedWebhook } from '../../support/started-webhook.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf } from '../../support/transition.ts';

const PRIVATE_CA = { tls: { ca_file: AUTHORITY_FILE }, egress: { allow_loopback: true } };
const USUAL_CAS = { egress: { allow_loopback: true } };

let shared: StoredOutbox;
let peer: ScriptedPeer;
let webhook: StartedWebhook | undefined;

before(async () => {
  shared = await StoredOutbox.open();
});

after(() => shared.close());

afterEach(async () => {
  await webhook?.close();
  webhook = undefined;
  await peer.stop();
});

/** Sends one transition to a server with these options. */
async function sendTo(server: ServerOptions, section: object): Promise<void> {
  peer = await new ScriptedPeer().start(server);
  webhook = await startWebhook(peer.url, { section, shared });
  await webhook.send(transitionOf());
  await webhook.destination.flush();
}

/** Outcome and reason of the last attempt. */
async function lastAttempt(): Promise<string> {
  const rows = await shared.rows('SELECT outcome, reason FROM attempts ORDER BY attempt_id DESC LIMIT 1');
  return `${String(rows[0]!.outcome)}: ${String(rows[0]!.reason)}`;
}

describe('a destination with a certificate', () => {
  it('of a private authority is delivered to when ca_file names that authority', async () => {
    await sendTo(serverCertificate('localhost'), PRIVATE_CA);
    assert.deepEqual(await shared.states(), ['s-1 opened delivered 1']);
    assert.equal(peer.requests.length, 1);
  });

  const rows: [rule: string, certificate: CertificateName, section: object, reason: RegExp][] = [
    ['of an authority that nobody knows', 'localhost', USUAL_CAS, /nobody whom we trust .* set ca_file/],
    ['that is self-signed', 'self-signed', PRIVATE_CA, /it is self-signed/],
    ['for another name', 'other-name', PRIVATE_CA, /it is for another host/],
    ['that has expired', 'expired', PRIVATE_CA, /it has expired/],
  ];
  for (const [rule, certificate, section, reason] of rows) {
    it(`${rule} is sent nothing, and everything is kept for it`, async () => {
      await sendTo(serverCertificate(certificate), section);
      const attempt = await lastAttempt();
      assert.match(attempt, /^retry: the server's certificate is refused: /);
      assert.match(attempt, reason);
      assert.equal(peer.requests.length, 0);
      assert.deepEqual(await shared.states(), ['s-1 opened pending 1']);
    });
  }

  it('that was put right gets what was kept', async () => {
    await sendTo(serverCertificate('expired'), PRIVATE_CA);
    peer.renewCertificate(serverCertificate('localhost'));
    shared.clock.advance(1_000);
    await webhook!.destination.flush();
    assert.deepEqual(await shared.states(), ['s-1 opened delivered 2']);
  });
});

describe('a destination that speaks', () => {
  const old = { ciphers: 'DEFAULT@SECLEVEL=0', minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
  it('TLS 1.1 at best is sent nothing', async () => {
    await sendTo({ ...serverCertificate('localhost'), ...old }, PRIVATE_CA);
    assert.match(await lastAttempt(), /^retry: .*(protocol version|ERR_SSL|TLS)/i);
    assert.equal(peer.requests.length, 0);
    assert.deepEqual(await shared.states(), ['s-1 opened pending 1']);
  });

  it('TLS 1.2 at best is delivered to', async () => {
    await sendTo({ ...serverCertificate('localhost'), maxVersion: 'TLSv1.2' }, PRIVATE_CA);
    assert.deepEqual(await shared.states(), ['s-1 opened delivered 1']);
  });
});

describe('a ca_file', () => {
  const rows: [rule: string, path: string, reason: RegExp][] = [
    ['is not there', '/nonexistent/ca.pem', /ca_file \/nonexistent\/ca\.pem can not be read/],
    ['holds something else', import.meta.filename, /holds no certificate in PEM/],
  ];
  for (const [rule, path, reason] of rows) {
    it(`that ${rule} fails the start`, async () => {
      peer = await new ScriptedPeer().start();
      const section = { tls: { ca_file: path } };
      await assert.rejects(startWebhook(peer.url, { section, shared }), reason);
    });
  }
});
