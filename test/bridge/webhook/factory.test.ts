import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, it } from 'node:test';
import { SwitchedOffDestination } from '../../../bridge/delivery/switched-off.ts';
import { webhookFactory } from '../../../bridge/webhook/factory.ts';
import { testSettings } from '../../support/component-settings.ts';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf } from '../../support/transition.ts';

const { configSchema } = webhookFactory;
const endpoint = 'https://siem.example/api';

describe('the configuration of webhook', () => {
  it('has defaults for everything', () => {
    const config = configSchema.parse({}) as Record<string, unknown>;
    assert.equal(inspect(config.timeout).includes('10'), true);
    assert.equal(config.min_severity, 'high');
    assert.equal(config.concurrency, 4);
    assert.deepEqual(config.egress, { allow_http: false, allow_private: false, allow_loopback: false });
  });

  const rows: [rule: string, section: object, message: RegExp][] = [
    ['an endpoint that is no URL', { endpoint: 'siem example' }, /expected a URL such as https/],
    ['an endpoint without a protocol', { endpoint: 'siem.example/api' }, /expected a URL/],
    ['plain http', { endpoint: 'http://siem.example/' }, /use https or set egress\.allow_http/],
    ['a loopback address', { endpoint: 'https://127.0.0.1/' }, /set egress\.allow_loopback/],
    ['a metadata address', { endpoint: 'https://169.254.169.254/' }, /is never connected to/],
    ['an unknown key', { endpoint, timout: '5s' }, /timout/],
    ['a timeout of zero', { endpoint, timeout: '0s' }, /longer than zero/],
    ['no attempts at once', { endpoint, concurrency: 0 }, /concurrency/],
    [
      'a signing secret that is too short',
      { endpoint, signing_secrets: ['whsec_c2hvcnQ='] },
      /24 to 64 bytes/,
    ],
    ['a header name with a blank', { endpoint, headers: { 'x y': 'z' } }, /is no name of an HTTP header/],
    ['a header of the connection', { endpoint, headers: { 'Content-Length': '3' } }, /set by the connection/],
    ['a header value with a line break', { endpoint, headers: { x: 'a\nb' } }, /such as a line break/],
    ['an unknown severity', { endpoint, min_severity: 'low' }, /min_severity/],
  ];
  for (const [rule, section, message] of rows) {
    it(`refuses ${rule}`, () => {
      const result = configSchema.safeParse(section);
      assert.ok(!result.success);
      assert.match(result.error.message, message);
    });
  }

  it('shows no secret, neither when it is right nor when it is wrong', () => {
    const whsec = `whsec_${Buffer.from(CANARY.padEnd(32)).toString('base64')}`;
    const config = configSchema.parse({
      endpoint,
      headers: { authorization: CANARY },
      signing_secrets: [whsec],
    });
    const wrong = configSchema.safeParse({
      endpoint: `https://user:${CANARY}@siem.example/`,
      headers: { authorization: `${CANARY}\n` },
      signing_secrets: [`${CANARY}!`],
    });
    assert.ok(!wrong.success);
    assertNoLeak({
      config,
      json: JSON.stringify(config),
      error: wrong.error.message,
      issues: wrong.error.issues,
    });
  });
});

describe('a webhook without an endpoint', () => {
  it('is switched off: it says so once, and nothing is stored for it', async () => {
    const stored = await StoredOutbox.open();
    const settings = testSettings({ id: 'webhook' });
    const config = configSchema.parse({ endpoint: '' });
    const destination = webhookFactory.create(settings, config as never, stored.outbox);
    assert.ok(destination instanceof SwitchedOffDestination);
    await destination.start();
    const sink = stored.outbox.sink('logs', [destination]);
    await sink.consume({ transitions: [transitionOf({ severity: 'critical' })], records: [] });
    assert.deepEqual(await stored.states(), []);
    assert.equal(settings.lines.filter(({ msg }) => /switched off/.test(msg)).length, 1);
    assert.deepEqual(settings.statuses, [{ kind: 'ok' }]);
    await destination.shutdown();
    await stored.close();
  });
});
