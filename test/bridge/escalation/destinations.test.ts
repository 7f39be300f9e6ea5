// What destinations make of an escalation: one that hears of it with the second step must be as well off as one that has
// heard it all. Told by the real escalator, rendered by the real adapters.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { renderMail } from '../../../bridge/email/render-mail.ts';
import { smsText } from '../../../bridge/sms/sms-text.ts';
import type { Transition } from '../../../bridge/transition/transition.ts';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { StartedEscalation } from '../../support/started-escalation.ts';

const MINUTE = 60_000;
const MAIL = { to: ['oncall@team.example'], subjectPrefix: '', domain: 'bridge.example', link: '' };

let escalation: StartedEscalation;
/** By destination: `email` of the first step and `sms` of the second. */
const told: Record<string, readonly Transition[]> = {};

before(async () => {
  escalation = await StartedEscalation.start();
  await escalation.put({ subject: 's-1' });
  await escalation.advance(MINUTE);
  await escalation.put({ subject: 's-2' });
  await escalation.advance(MINUTE);
  await escalation.put({ subject: 's-3', severity: 'critical' });
  await escalation.advance(13 * MINUTE);
  await escalation.settle('delivered');
  await escalation.advance(MINUTE);
  for (const to of ['email', 'sms'])
    told[to] = (await escalation.notices()).filter((each) => each.to === to).map((each) => each.transition);
});

after(() => escalation.close());

/** The documents that an adapter sends for a transition, one request each. */
function requests(adapter: 'pagerduty' | 'jsm', transition: Transition): readonly Record<string, string>[] {
  const body = ADAPTERS[adapter].render(transition);
  return body.split('\n').map((line) => JSON.parse(line) as Record<string, string>);
}

/** How many alerts are open there after each transition. Fails on what the vendor would drop: it has no alert to go to. */
function openCounts(
  transitions: readonly Transition[],
  adapter: 'pagerduty' | 'jsm',
  names: { readonly verb: string; readonly key: string; readonly opens: string; readonly closes: string },
): readonly number[] {
  const open = new Set<string>();
  return transitions.map((transition) => {
    for (const request of requests(adapter, transition)) {
      const [verb, key] = [request[names.verb]!, request[names.key]!];
      if (verb === names.opens) open.add(key);
      else if (verb === names.closes) open.delete(key);
      else assert.ok(open.has(key), `${verb} where nothing is open`);
    }
    return open.size;
  });
}

const PAGERDUTY = { verb: 'event_action', key: 'dedup_key', opens: 'trigger', closes: 'resolve' };
const JSM = { verb: 'call', key: 'alias', opens: 'create', closes: 'close' };

describe('an escalation as destinations are told', () => {
  it('is the same story for each, with its own beginning', () => {
    assert.deepEqual(
      told.email!.map(({ kind, severity }) => `${kind} ${severity}`),
      ['opened high', 'updated high', 'escalated critical', 'recovered critical'],
    );
    assert.deepEqual(
      told.sms!.map(({ kind, severity }) => `${kind} ${severity}`),
      ['opened critical', 'updated critical', 'updated critical', 'recovered critical'],
    );
  });

  for (const [to, counts] of [
    ['email', [1, 1, 2, 0]],
    ['sms', [1, 1, 1, 0]],
  ] as const) {
    it(`opens at PagerDuty and at JSM, pages anew for what is worse, and leaves nothing open (${to})`, () => {
      assert.deepEqual(openCounts(told[to]!, 'pagerduty', PAGERDUTY), counts);
      assert.deepEqual(openCounts(told[to]!, 'jsm', JSM), counts);
    });

    it(`is a thread of mails whose first says all (${to})`, () => {
      const mails = told[to]!.map((transition) => renderMail(transition, MAIL));
      assert.match(
        mails[0]!.subject,
        /^\[(high|critical)\] Alerts undelivered: webhook\/siem, \d incidents?$/,
      );
      assert.match(mails[0]!.text, /undelivered for \d+ s \(limit (240|600) s\)/);
      assert.match(mails[0]!.text, /s-1/);
      assert.doesNotMatch(mails.at(-1)!.subject, /^\[/);
      const opening = `<${told.email![0]!.incidentId}@bridge.example>`;
      for (const { messageId, opening: answered } of mails)
        assert.ok(answered === opening || (answered === undefined && messageId === opening));
      assert.equal(new Set(mails.map(({ messageId }) => messageId)).size, mails.length);
    });

    it(`fits into text messages that tell it apart from its end (${to})`, () => {
      const texts = told[to]!.map((transition) => smsText(transition, ''));
      assert.match(texts[0]!, /^(HIGH|CRITICAL): Alerts undelivered: webhook\/siem/);
      assert.doesNotMatch(texts.at(-1)!, /^(HIGH|CRITICAL): /);
      assert.equal(new Set(texts).size, texts.length);
    });
  }

  it('can be rendered by every destination', () => {
    for (const adapter of Object.values(ADAPTERS))
      for (const transition of Object.values(told).flat()) assert.ok(adapter.render(transition).length > 0);
  });
});
