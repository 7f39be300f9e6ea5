import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { smsAdapter } from '../../../bridge/sms/adapter.ts';
import { Secret } from '../../../collector/secret.ts';
import { testOutcomes } from '../../support/outcome-table.ts';
import { answering, ScriptedPeer } from '../../support/scripted-peer.ts';
import { startDestination, type StartedDestination } from '../../support/started-destination.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf } from '../../support/transition.ts';
import { VENDORS } from '../../support/vendors.ts';

const adapter = smsAdapter({
  accountSid: 'AC1',
  authToken: new Secret('the-token'),
  sender: { From: '+4930123456' },
  to: ['+49151000001'],
  link: '',
});

describe("what an answer of Twilio's API means", () => {
  testOutcomes(adapter, [
    [201, { sid: 'SM1', status: 'queued' }, 'delivered', 'it is in the queue'],
    [400, { code: 21211 }, 'dead', 'the number is invalid'],
    [400, { code: 21610 }, 'dead', 'the recipient has unsubscribed'],
    [400, { code: 21606 }, 'credential', 'the sender is for somebody to mend'],
    [400, { code: 21602 }, 'dead', 'another code follows its status'],
    [400, '<html>', 'dead', 'no code at all'],
    [401, { code: 20003 }, 'credential', 'the token is refused'],
    [401, '', 'credential', 'the token is refused, without a word'],
    [403, { code: 20005 }, 'credential', 'the account is suspended'],
    [404, { code: 20404 }, 'credential', 'there is no such account'],
    [429, { code: 20429 }, 'retry', 'too fast'],
    [429, '', 'retry', 'too fast, without a word'],
    [400, { code: 14107 }, 'retry', 'too fast, in another way'],
    [500, { code: 21211 }, 'retry', 'Twilio is at fault, whatever it says'],
    [503, '', 'retry', 'Twilio is at fault'],
  ]);

  it('says which code it was, and in words what it means', () => {
    const answer = { status: 400, excerpt: '', body: '{"code":21610,"message":"secret"}' };
    const { reason } = adapter.outcome(answer, {} as never);
    assert.equal(reason, 'status 400, code 21610: the recipient has unsubscribed');
  });
});

describe('an SMS to several', () => {
  let stored: StoredOutbox;
  let peer: ScriptedPeer;
  let started: StartedDestination;
  const NUMBERS = ['+49151000001', '+49151000002', '+49151000003'];
  const unsubscribed = answering(400, {}, JSON.stringify({ code: 21610 }));
  const yes = VENDORS.sms!.yes;

  before(async () => {
    stored = await StoredOutbox.open();
  });

  after(() => stored.close());

  beforeEach(async () => {
    peer = await new ScriptedPeer().start();
    peer.answer = yes;
    started = await startDestination(VENDORS.sms!, stored, peer.url, {
      to: NUMBERS,
      rate: {},
      retry: { initial_interval: '2s' },
    });
  });

  afterEach(async () => {
    await started.close();
    await peer.stop();
  });

  const asked = () =>
    peer.requests.map(({ body }) => NUMBERS.indexOf(new URLSearchParams(body.toString()).get('To')!) + 1);

  async function send(): Promise<void> {
    await started.send(transitionOf());
    await started.destination.flush();
  }

  async function later(): Promise<void> {
    stored.clock.advance(60_000);
    await started.destination.flush();
  }

  it('goes to one after the other, with the same text and a form that says who it is from', async () => {
    await send();
    assert.deepEqual(asked(), [1, 2, 3]);
    const forms = peer.requests.map(({ body }) => new URLSearchParams(body.toString()));
    assert.equal(new Set(forms.map((form) => form.get('Body'))).size, 1);
    assert.deepEqual([...forms[0]!.keys()], ['To', 'From', 'Body']);
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 1']);
  });

  it('reaches the others though one has unsubscribed, and is a dead letter for that one alone', async () => {
    peer.next.push(unsubscribed);
    await send();
    assert.deepEqual(asked(), [1, 2, 3]);
    const [row] = await stored.rows('SELECT state, last_reason, body FROM outbox');
    assert.equal(row!.state, 'dead');
    assert.match(String(row!.last_reason), /the recipient has unsubscribed$/);
    assert.equal((JSON.parse(String(row!.body)) as { To: string }).To, NUMBERS[0]);
  });

  it('goes on with those who wait when the API is too busy, and asks again for the one who was refused', async () => {
    peer.next.push(unsubscribed, yes, answering(503), yes, unsubscribed);
    await send();
    assert.deepEqual(await stored.states(), ['s-1 opened pending 1']);
    await later();
    assert.deepEqual(asked(), [1, 2, 3, 3, 1]);
    assert.deepEqual(await stored.states(), ['s-1 opened dead 2']);
  });

  it('is asked for nobody else when the token is refused', async () => {
    peer.next.push(answering(401));
    await send();
    assert.deepEqual(asked(), [1]);
    await later();
    assert.deepEqual(asked(), [1, 1, 2, 3]);
    assert.deepEqual(await stored.states(), ['s-1 opened delivered 2']);
  });
});
