// What a mail says of any incident: nothing that others wrote gets out of its place.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { composeMail } from '../../../bridge/email/compose.ts';
import { renderMail } from '../../../bridge/email/render-mail.ts';
import { shrunkMail, type StoredMail } from '../../../bridge/email/stored-mail.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';
import { readMail } from '../../support/smtp-mail.ts';
import { transitionOf } from '../../support/transition.ts';

const RENDERING = {
  to: ['oncall@team.example'],
  subjectPrefix: '',
  domain: 'bridge.example',
  link: 'https://grafana.example/d?s={session_id}',
};
const SENDER = { from: 'alerts@bridge.example', replyTo: undefined };

async function raw(mail: StoredMail): Promise<string> {
  const when = { idempotencyKey: 'ab'.repeat(32), nowMs: Date.UTC(2026, 0, 1) };
  return (await composeMail(mail, SENDER, when)).toString('latin1');
}

async function readBack(transition: Transition) {
  return readMail(await raw(renderMail(transition, RENDERING)));
}

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
  'x-idempotency-key',
];

describe('a mail', () => {
  it('has no header but its own, whatever line breaks a session id and its dimensions bring along', async () => {
    const evil = 'call-7\r\nBcc: all@team.example\r\n\r\nhello\u2028X: y\u0085Z: z\u0000';
    const { headers, text, html } = await readBack(
      transitionOf({ subject: evil, agentId: evil, environment: evil, dimensions: { site: evil } }),
    );
    assert.deepEqual([...headers.keys()].sort(), HEADERS);
    assert.equal(
      headers.get('subject'),
      '[high] Video degraded: session call-7 Bcc: all@team.example hello X: y Z: z',
    );
    for (const part of [text, html!]) assert.doesNotMatch(part, /^(Bcc|hello|X|Z)/m);
  });

  it('shows whom it stands for as a table, and as lines in its text', async () => {
    const storm = INCIDENT_CASES.get('storm-opened')!;
    const { text, html } = await readBack(storm);
    assert.match(text, /^- call-1, critical, MOS on a broken path 1\.8 \(limit 3\.2\)\r?$/m);
    assert.match(
      html!,
      /<tr><td>call-2<\/td><td>high<\/td><td>packet loss 12\.5 % \(limit 2 %\)<\/td><\/tr>/,
    );
    assert.doesNotMatch(text + html!, new RegExp(storm.group!.listedIds[2]!), 'ids are for machines');
    const quality = await readBack(INCIDENT_CASES.get('quality-opened')!);
    assert.doesNotMatch(quality.text + quality.html!, /The worst/);
  });

  it('lets no member of a group out of its cell', async () => {
    const storm = INCIDENT_CASES.get('storm-opened')!;
    const [member] = storm.group!.members;
    const evil = { ...member!, sessionId: 'call-1\r\n- call-2</td><script>' };
    const { text, html } = await readBack({ ...storm, group: { ...storm.group!, members: [evil] } });
    assert.match(text, /^- call-1 - call-2<\/td><script>, critical/m);
    assert.doesNotMatch(html!, /<script/);
  });

  it('is HTML in which nothing that others wrote is markup, and that loads nothing', async () => {
    const evil = '<img src="https://evil.example/x.png" onerror=\'go()\'>&';
    const { html } = await readBack(transitionOf({ subject: evil, dimensions: { isp: evil } }));
    assert.doesNotMatch(html!, /<(img|script|link|iframe)|evil\.example\/x\.png"|'/);
    assert.match(
      html!,
      /&lt;img src=&quot;https:\/\/evil\.example\/x\.png&quot; onerror=&#39;go\(\)&#39;&gt;&amp;/,
    );
    assert.deepEqual(html!.match(/(href|src)="[^"]*"/g)?.length, 1);
    assert.match(html!, /href="https:\/\/grafana\.example\/d\?s=%3Cimg/);
  });

  it('keeps what is not ASCII, in the subject and in both parts', async () => {
    const { headers, text, html } = await readBack(transitionOf({ subject: 'Zürich 中文 😀' }));
    for (const part of [headers.get('subject')!, text, html!]) assert.match(part, /session Zürich 中文 😀/);
  });

  it('has no severity in its subject once it is over', () => {
    for (const kind of ['recovered', 'ended'] as const) {
      assert.doesNotMatch(renderMail(transitionOf({ kind, sequence: 1 }), RENDERING).subject, /\[/);
    }
  });

  it('is marked as a test', () => {
    const { subject } = renderMail(transitionOf({ isTest: true }), RENDERING);
    assert.equal(subject, '[high] [TEST] Video degraded: session s-1');
  });

  it('has lines of at most 998 bytes of ASCII, and a subject of at most 200 characters, whatever is in it', async () => {
    const wild = fc
      .tuple(
        fc.string({
          unit: fc.constantFrom('a', '\r', '\n', 'é', '中', '😀', '\ud83d', '<', '='),
          maxLength: 30,
        }),
        fc.constantFrom(1, 3, 200, 2_000),
      )
      .map(([text, times]) => text.repeat(times));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...INCIDENT_CASES.values()),
        wild,
        wild,
        async (base, subject, site) => {
          const mail = renderMail({ ...base, subject, dimensions: { site } }, RENDERING);
          assert.ok([...mail.subject].length <= 200);
          const bytes = await raw(mail);
          assert.match(bytes, /^[\x20-\x7e\r\n\t]*$/);
          for (const line of bytes.split('\r\n')) assert.ok(line.length <= 998 && !/[\r\n]/.test(line));
          assert.ok(bytes.length < 200_000);
          const { headers, text } = readMail(bytes);
          assert.equal(headers.get('message-id'), mail.messageId);
          assert.equal(text.replace(/[ \n]+/g, ' '), mail.text.replace(/[ \n]+/g, ' ').trim());
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a mail that a server finds too large', () => {
  it('loses its HTML, then its facts, and keeps the name of the incident', () => {
    const transition = INCIDENT_CASES.get('storm-opened')!;
    const sizes: number[] = [];
    let body: string | undefined = JSON.stringify(renderMail(transition, RENDERING));
    while (body !== undefined) {
      sizes.push(body.length);
      const { text, recipients } = JSON.parse(body) as StoredMail;
      assert.deepEqual(recipients, RENDERING.to);
      assert.match(text, /^Quality storm: 37 sessions, edge=fra-3\n/);
      assert.match(text, new RegExp(`incident ${transition.incidentId}$`));
      body = shrunkMail(body);
    }
    assert.equal(sizes.length, 3);
    assert.ok(sizes[0]! > sizes[1]! && sizes[1]! > sizes[2]!);
  });
});
