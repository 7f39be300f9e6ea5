// Mails through the real engine, outbox, deliverer and nodemailer, to a real SMTP server with STARTTLS and a login.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';
import { startEmail, type StartedEmail } from '../../support/smtp-destination.ts';
import { readMail, withoutDate } from '../../support/smtp-mail.ts';
import { SmtpPeer } from '../../support/smtp-peer.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

const [ANNA, BEN, CLEO] = ['anna@team.example', 'ben@team.example', 'cleo@team.example'] as const;

let stored: StoredOutbox;
let peer: SmtpPeer;
let email: StartedEmail;

before(async () => {
  stored = await StoredOutbox.open();
});

after(() => stored.close());

beforeEach(async () => {
  peer = await new SmtpPeer().start();
});

afterEach(async () => {
  await email.close();
  await peer.stop();
});

async function start(more: object = {}): Promise<void> {
  email = await startEmail(stored, peer.port, more);
}

async function send(...transitions: readonly Transition[]): Promise<void> {
  await email.send(...transitions);
  await email.destination.flush();
}

async function lastReason(): Promise<string> {
  const [row] = await stored.rows('SELECT last_reason FROM outbox ORDER BY row_id');
  return String(row!.last_reason);
}

const read = () => peer.mails.map(({ raw }) => readMail(raw));

describe('the mails of an incident', () => {
  it('arrive over TLS, in order, with both parts', async () => {
    await start({ reply_to: 'video@team.example', subject_prefix: '[WebRTC]' });
    await send(...incidentStory());
    assert.deepEqual(await stored.states(), [
      's-1 opened delivered 1',
      's-1 escalated delivered 1',
      's-1 recovered delivered 1',
    ]);
    assert.ok(peer.mails.every(({ isSecret }) => isSecret));
    assert.ok(peer.mails.every(({ from }) => from === 'alerts@bridge.example'));
    const mails = read();
    assert.deepEqual(
      mails.map(({ headers }) => headers.get('subject')),
      [
        '[WebRTC] [high] Video degraded: session s-1',
        '[WebRTC] [critical] Video degraded, now critical: session s-1',
        '[WebRTC] Recovered from video degradation: session s-1',
      ],
    );
    const [{ headers, text, html }] = mails as [(typeof mails)[0]];
    assert.equal(headers.get('from'), 'WebRTC Alerts <alerts@bridge.example>');
    assert.equal(headers.get('to'), 'oncall@team.example');
    assert.equal(headers.get('reply-to'), 'video@team.example');
    assert.equal(headers.get('auto-submitted'), 'auto-generated');
    assert.equal(headers.get('x-idempotency-key'), incidentStory()[0]!.idempotencyKey);
    assert.equal(Date.parse(headers.get('date')!), stored.clock.nowMs());
    assert.match(text, /^Video degraded: session s-1\nMOS 3.1 \(limit 3.5\)\n\nseverity: high\n/);
    assert.match(html!, /<h2[^>]*>Video degraded: session s-1<\/h2>/);
  });

  it('are one thread: each answers the opening', async () => {
    await start();
    await send(...incidentStory());
    const [opened, escalated, recovered] = read().map(({ headers }) => headers);
    const opening = opened!.get('message-id')!;
    assert.match(opening, /^<[0-9a-f]{32}@bridge\.example>$/);
    assert.equal(opened!.has('in-reply-to') || opened!.has('references'), false);
    for (const later of [escalated!, recovered!]) {
      assert.equal(later.get('in-reply-to'), opening);
      assert.equal(later.get('references'), opening);
      assert.equal(later.get('message-id'), `<${later.get('x-idempotency-key')}@bridge.example>`);
    }
  });

  it('of another incident are another thread', async () => {
    await start();
    await send(transitionOf({ subject: 's-1' }), transitionOf({ subject: 's-2' }));
    assert.equal(new Set(read().map(({ headers }) => headers.get('message-id'))).size, 2);
  });
});

describe('a mail that fails', () => {
  for (const [rule, answer, reason] of [
    ['the server is busy', 451, /^status 451.* to DATA$/],
    ['the server closes down', 421, /^status 421/],
    ['the connection is cut after the data, and nobody knows', 'cut', /Connection closed unexpectedly/],
  ] as const) {
    it(`goes out again with the same Message-ID and the same bytes but for the date, when ${rule}`, async () => {
      peer.next.push(answer);
      await start();
      await send(transitionOf());
      assert.deepEqual(await stored.states(), ['s-1 opened pending 1']);
      assert.match(await lastReason(), reason);
      await email.aMinuteLater();
      assert.deepEqual(await stored.states(), ['s-1 opened delivered 2']);
      const [first, second] = peer.mails.map(({ raw }) => raw);
      assert.equal(withoutDate(second!), withoutDate(first!));
      assert.notEqual(second, first);
      const [one, two] = read().map(({ headers }) => Date.parse(headers.get('date')!));
      assert.equal(two! - one!, 60_000);
    });
  }

  it('is given up by the clock when the server hangs, and goes out again', async () => {
    peer.next.push('hang');
    await start({ timeout: '7s' });
    await email.send(transitionOf());
    await peer.received(1);
    stored.clock.advance(7_000);
    await email.destination.flush();
    assert.equal(await lastReason(), 'not done within 7000 ms');
    await email.aMinuteLater();
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 2']);
  });

  it('for good is a dead letter, and holds up nothing', async () => {
    peer.next.push(554);
    await start();
    await send(...incidentStory().slice(0, 2));
    assert.deepEqual(await stored.states(), ['s-1 opened dead 1', 's-1 escalated delivered 1']);
  });

  it('because the login is refused is held, and shows nothing of the password that the server repeats', async () => {
    await start({ password: `${CANARY}-wrong` });
    await send(...incidentStory());
    assert.deepEqual((await stored.states())[0], 's-1 opened pending 1');
    assert.match(await lastReason(), /^the login is refused: status 535$/);
    const [attempt] = await stored.rows('SELECT * FROM attempts');
    assert.match(String(attempt!.excerpt), /who is webrtc with \[REDACTED\]\?/);
    assert.equal(attempt!.status, 535);
    for (let minute = 0; minute < 6; minute++) await email.aMinuteLater();
    assertNoLeak({
      lines: email.settings.lines,
      statuses: email.settings.statuses,
      outbox: await stored.rows('SELECT * FROM outbox'),
      attempts: await stored.rows('SELECT * FROM attempts'),
    });
    assert.equal(email.settings.statuses.at(-1)?.kind, 'unhealthy');
    assert.equal(peer.mails.length, 0);
  });

  it('because the login is refused for a while is repeated', async () => {
    peer.isLoginBroken = true;
    peer.loginStatus = 454;
    await start();
    await send(transitionOf());
    assert.match(await lastReason(), /^the login is refused: status 454$/);
    peer.isLoginBroken = false;
    await email.aMinuteLater();
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 2']);
  });

  it('because the sender is refused is held: that is for somebody to mend', async () => {
    peer.senderStatus = 553;
    await start();
    await send(transitionOf());
    const [attempt] = await stored.rows('SELECT outcome, reason FROM attempts');
    assert.equal(attempt!.outcome, 'credential');
    assert.match(String(attempt!.reason), /^the sender is refused: status 553/);
  });

  it('because it is too large goes out without HTML', async () => {
    peer.next.push(552);
    await start();
    await send(transitionOf());
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 2']);
    assert.deepEqual(
      read().map(({ html }) => html !== undefined),
      [true, false],
    );
  });
});

describe('a mail to several', () => {
  it('goes again to those alone who were put off', async () => {
    peer.recipientStatus.set(BEN, 450);
    await start({ to: [ANNA, BEN, CLEO] });
    await send(transitionOf());
    assert.match(await lastReason(), /^status 450.* for 1 of 3 recipients$/);
    peer.recipientStatus.clear();
    await email.aMinuteLater();
    assert.deepEqual(
      peer.mails.map(({ to }) => to),
      [[ANNA, CLEO], [BEN]],
    );
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 2']);
    assert.equal(withoutDate(peer.mails[1]!.raw), withoutDate(peer.mails[0]!.raw));
  });

  it('is a dead letter for those alone who were refused', async () => {
    peer.recipientStatus.set(BEN, 550);
    await start({ to: [ANNA, BEN] });
    await send(transitionOf());
    assert.deepEqual(await stored.states(), ['s-1 opened dead 1']);
    assert.match(await lastReason(), /^status 550.* for 1 of 2 recipients$/);
    const [row] = await stored.rows('SELECT body FROM outbox');
    assert.deepEqual((JSON.parse(String(row!.body)) as { recipients: string[] }).recipients, [BEN]);
  });

  it('is a dead letter only when nobody is put off any more', async () => {
    peer.recipientStatus.set(BEN, 550).set(CLEO, 451);
    await start({ to: [ANNA, BEN, CLEO] });
    await send(transitionOf());
    assert.deepEqual(await stored.states(), ['s-1 opened pending 1']);
    peer.recipientStatus.delete(CLEO);
    await email.aMinuteLater();
    assert.deepEqual(await stored.states(), ['s-1 opened dead 2']);
    assert.deepEqual(
      peer.mails.map(({ to }) => to),
      [[ANNA], [CLEO]],
    );
  });

  it('that nobody may get is dead at once, and one that all must wait for is not', async () => {
    await start({ to: [ANNA, BEN] });
    peer.recipientStatus.set(ANNA, 550).set(BEN, 551);
    await send(transitionOf({ subject: 's-1' }));
    peer.recipientStatus.set(BEN, 451);
    await send(transitionOf({ subject: 's-2' }));
    assert.deepEqual(await stored.states(), ['s-1 opened dead 1', 's-2 opened pending 1']);
    assert.equal(peer.mails.length, 0);
  });
});

describe('the life of the destination', () => {
  it('ends while a mail is on its way: it stays in the outbox', async () => {
    peer.next.push('hang');
    await start();
    await email.send(transitionOf());
    await peer.received(1);
    await email.destination.shutdown(AbortSignal.abort());
    await email.destination.shutdown(AbortSignal.abort());
    assert.deepEqual(await stored.states(), ['s-1 opened pending 1']);
    assert.match(await lastReason(), /the process is stopping/);
  });
});
