// The second path through the whole process: what the SIEM does not take is told of by mail, over a real SMTP server with
// TLS, and by text message.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Transition } from '../../bridge/transition/transition.ts';
import { CANARY } from '../support/no-leak.ts';
import { Scenario } from '../support/scenario.ts';
import { answering, ScriptedPeer } from '../support/scripted-peer.ts';
import { emailSection } from '../support/smtp-destination.ts';
import { readMail } from '../support/smtp-mail.ts';
import { SmtpPeer } from '../support/smtp-peer.ts';
import { parseTimeline, START_MS } from '../support/timeline.ts';

/** When the incident of a session that is bad from second 0 on is decided. */
const DECIDED_MS = START_MS + 30_000;
const SESSIONS = 2_000;

let mail: SmtpPeer;
let phone: ScriptedPeer;
let scenario: Scenario;

beforeEach(async () => {
  mail = await new SmtpPeer().start();
  phone = await new ScriptedPeer().start();
  phone.answer = answering(201, { 'content-type': 'application/json' }, '{"sid":"SM1"}');
  scenario = await Scenario.start({ set: settings() });
});

/** Mail after four minutes, a text message after ten. */
function settings(): string[] {
  const sms = {
    endpoint: phone.url,
    account_sid: 'AC1',
    auth_token: CANARY,
    from: '+4930123456',
    to: ['+4930654321'],
    egress: { allow_http: true, allow_loopback: true },
  };
  // min_severity is for pipelines: whom a step names is told.
  const email = { ...emailSection(mail.port), min_severity: 'critical' };
  return [
    'exporters.webhook.escalation=[{after: 240s, to: [email/oncall]}, {after: 600s, to: [sms/lead]}]',
    `exporters.email/oncall=${JSON.stringify(email)}`,
    `exporters.sms/lead=${JSON.stringify(sms)}`,
  ];
}

afterEach(async () => {
  await scenario.close();
  await mail.stop();
  await phone.stop();
});

const subjects = () => mail.mails.map(({ raw }) => readMail(raw).headers.get('subject'));
const texts = () => phone.requests.map(({ body }) => new URLSearchParams(body.toString()).get('Body')!);

/** A session that stays bad for the hold and then says no more: as far as the SIEM goes, one alert. */
async function oneAlert(): Promise<void> {
  await scenario.play('0..30: bad');
}

describe('a SIEM that is down', () => {
  it('has one mail sent after 240 s, one text message after 600 s, and a word to both when all got through late', async () => {
    scenario.siem.answer = 503;
    await oneAlert();
    await scenario.advanceTo(DECIDED_MS + 235_000);
    assert.deepEqual(subjects(), []);
    await scenario.advanceTo(DECIDED_MS + 246_000);
    assert.deepEqual(subjects(), ['[high] Alerts undelivered: webhook, 1 incident']);
    assert.ok(mail.mails[0]!.isSecret);
    assert.match(readMail(mail.mails[0]!.raw).text, /undelivered for 24\d s \(limit 240 s\)/);
    assert.match(readMail(mail.mails[0]!.raw).text, /s-1/);
    await scenario.advanceTo(DECIDED_MS + 595_000);
    assert.deepEqual([mail.mails.length, phone.requests.length], [1, 0]);
    await scenario.advanceTo(DECIDED_MS + 606_000);
    assert.deepEqual([mail.mails.length, phone.requests.length], [1, 1]);
    assert.match(texts()[0]!, /^HIGH: Alerts undelivered: webhook/);

    scenario.siem.answer = 200;
    await scenario.advance(90_000);
    assert.deepEqual(scenario.siem.story()[0], 'opened high mos');
    assert.equal(mail.mails.length, 2);
    const late = readMail(mail.mails[1]!.raw);
    assert.match(`${late.headers.get('subject')} ${late.text}`, /late/);
    assert.match(late.text, /\d{3} s/);
    const opening = readMail(mail.mails[0]!.raw).headers.get('message-id');
    assert.equal(late.headers.get('in-reply-to'), opening);
    assert.equal(phone.requests.length, 2);
    assert.match(texts()[1]!, /late/);
    await scenario.advance(600_000);
    assert.deepEqual([mail.mails.length, phone.requests.length], [2, 2]);
  });

  it('is told of once when the process starts anew in between', async () => {
    scenario.siem.answer = 503;
    await oneAlert();
    for (const second of [120, 246, 400, 606]) {
      await scenario.advanceTo(DECIDED_MS + second * 1_000);
      await scenario.stop();
      const { clock, siem, directory } = scenario;
      scenario = await Scenario.start({ clock, siem, directory, set: settings() });
    }
    await scenario.advance(30_000);
    assert.deepEqual([mail.mails.length, phone.requests.length], [1, 1]);
    assert.deepEqual(
      deliveryTransitions().map(({ kind }) => kind),
      ['opened', 'updated'],
    );
  });

  it('has few mails sent of two thousand alerts, and each alert named once', async () => {
    scenario.siem.answer = 503;
    const ids = Array.from({ length: SESSIONS }, (_, index) => `s-${index}`);
    for (const second of [0, 5, 10, 15, 20, 25, 30]) {
      await scenario.advanceTo(START_MS + second * 1_000);
      const samples = ids.flatMap((id) =>
        parseTimeline(`${second}: bad`, id).flatMap((entry) =>
          entry.kind === 'sample' ? [entry.sample] : [],
        ),
      );
      for (let start = 0; start < samples.length; start += 500)
        assert.equal((await scenario.push(samples.slice(start, start + 500))).status, 200);
    }
    await scenario.advanceTo(DECIDED_MS + 290_000);
    assert.ok(mail.mails.length >= 4 && mail.mails.length <= 8, `${mail.mails.length} mails`);
    const named = deliveryTransitions().flatMap(({ group }) => group!.listedIds);
    assert.equal(new Set(named).size, named.length);
    const waiting = qualityIncidents();
    assert.equal(waiting.length, SESSIONS);
    for (const id of waiting) assert.ok(named.includes(id));
  });
});

describe('a SIEM that refuses', () => {
  it('our credential has a mail sent at once', async () => {
    scenario.siem.answer = 401;
    await oneAlert();
    await scenario.advance(10_000);
    assert.equal(mail.mails.length, 1);
    assert.match(readMail(mail.mails[0]!.raw).text, /credential/);
    scenario.siem.answer = 200;
    await scenario.advance(120_000);
    assert.equal(scenario.siem.story()[0], 'opened high mos');
    assert.equal(mail.mails.length, 2);
  });

  it('an alert for good has a mail sent at once of the dead letter', async () => {
    scenario.siem.answer = 400;
    await oneAlert();
    await scenario.advance(10_000);
    assert.equal(mail.mails.length, 1);
    assert.match(readMail(mail.mails[0]!.raw).text, /refused for good/);
  });

  it('everything from now on, for it is gone, has a mail sent at once', async () => {
    scenario.siem.answer = 410;
    await oneAlert();
    await scenario.advance(10_000);
    assert.equal(mail.mails.length, 1);
    assert.match(readMail(mail.mails[0]!.raw).text, /gone/);
  });
});

describe('a second path', () => {
  it('that is switched off makes the process unhealthy', async () => {
    const off = await Scenario.start({
      siem: scenario.siem,
      set: ['exporters.webhook.escalation=[{after: 240s, to: [email/oncall]}]', 'exporters.email/oncall={}'],
    });
    await off.advance(6_000);
    const status = off.collector.host.health.report().components.get('exporter:webhook');
    await off.stop();
    assert.deepEqual(status, {
      kind: 'unhealthy',
      reason: 'alerts that wait too long cannot be escalated to "email/oncall": switched off, or not running',
    });
  });

  it('that nothing is wrong with leaves it healthy and is told nothing', async () => {
    await oneAlert();
    await scenario.advance(700_000);
    assert.equal(scenario.collector.host.health.report().components.get('exporter:webhook')?.kind, 'ok');
    assert.deepEqual([mail.mails.length, phone.requests.length], [0, 0]);
  });
});

/** What the database holds of escalations, in order. */
function deliveryTransitions(): readonly Transition[] {
  return read(
    `SELECT transition_json FROM transitions JOIN incidents USING (incident_id) WHERE category = 'delivery' ORDER BY sequence`,
  ).map((row) => JSON.parse(String(row.transition_json)) as Transition);
}

function qualityIncidents(): readonly string[] {
  return read(`SELECT incident_id FROM incidents WHERE category = 'quality'`).map(({ incident_id: id }) =>
    String(id),
  );
}

function read(sql: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(join(scenario.directory, 'incidents.db'), { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
