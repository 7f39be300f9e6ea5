// The life of the receiver: its keys, its start, and a shutdown that loses nothing.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { type BrowserConfig, browserFactory } from '../../../receiver/browser/factory.ts';
import { BrowserReceiver } from '../../../receiver/browser/receiver.ts';
import { testHost, testSettings } from '../../support/component-settings.ts';
import { assertNoLeak, CANARY } from '../../support/no-leak.ts';
import { BEGIN_MS, envelope } from './reports.ts';
import { runBrowser, WITH_TOKENS } from './running-browser.ts';

const NEXT = { consume: () => Promise.resolve() };
const ENDLESS = new AbortController().signal;

function parse(config: Readonly<Record<string, unknown>>) {
  return browserFactory.configSchema.safeParse(config);
}

function newReceiver(config: Readonly<Record<string, unknown>> = {}): BrowserReceiver {
  const parsed = parse({ endpoint: '127.0.0.1:0', ...config });
  return new BrowserReceiver(testSettings(), parsed.data as BrowserConfig, NEXT);
}

describe('the configuration of browser', () => {
  it('needs nothing', () => {
    const config = parse({}).data as BrowserConfig;
    assert.deepEqual([config.endpoint.host, config.endpoint.port], ['127.0.0.1', 4322]);
    assert.equal(config.path, '/v1/rtc');
    assert.deepEqual(config.allowed_origins, []);
    assert.equal(config.max_body_bytes, 262_144);
    assert.deepEqual(config.per_session, { requests_per_minute: 60, bytes_per_minute: 524_288 });
    assert.equal(parse(undefined as never).success, true);
  });

  it('asks for tokens for an hour when there is a key', () => {
    const { session_tokens } = parse(WITH_TOKENS).data as BrowserConfig;
    assert.deepEqual([session_tokens?.lifetime.ms, session_tokens?.required], [3_600_000, true]);
  });

  it('lets an open bind pass with tokens, or when told so in words', () => {
    const endpoint = '0.0.0.0:4322';
    assert.ok(parse({ endpoint, ...WITH_TOKENS }).success);
    assert.ok(parse({ endpoint, allow_unauthenticated: true, allowed_origins: ['*'] }).success);
  });

  it('refuses less room than one compressed body needs', () => {
    const { error } = parse({ max_body_bytes: 8_192, max_pending_bytes: 16_383 });
    assert.match(z.prettifyError(error!), /twice max_body_bytes/);
  });

  it('keeps its keys secret', () => {
    const key = `${CANARY}${CANARY}`;
    const { data } = parse({ agent_id_hmac_key: key, session_tokens: { signing_keys: [key] } });
    assertNoLeak({ data, json: JSON.stringify(data) });
  });

  it('describes each of its keys', () => {
    const schema = z.toJSONSchema(browserFactory.configSchema, { io: 'input' });
    const undescribed = (properties: typeof schema.properties = {}): string[] =>
      Object.entries(properties).flatMap(([key, property]) =>
        typeof property === 'boolean' || property.description === undefined
          ? [key]
          : undescribed(property.properties),
      );
    // The section of an authenticator is described where it is made.
    assert.deepEqual(undescribed(schema.properties), []);
    assert.ok(Object.keys(schema.properties ?? {}).length > 10);
  });
});

describe('start', () => {
  it('rejects when its authenticator is not there', async () => {
    const receiver = newReceiver(WITH_TOKENS);
    await assert.rejects(receiver.start(testHost()), /servers/);
    await receiver.shutdown(ENDLESS);
  });

  it('rejects when its address is taken', async () => {
    const running = await runBrowser();
    const receiver = newReceiver({ endpoint: running.receiver.boundAddress });
    await assert.rejects(receiver.start(testHost()), /EADDRINUSE/);
    await receiver.shutdown(ENDLESS);
    await running.stop();
  });
});

describe('shutdown', () => {
  it('is safe before the start, and twice', async () => {
    const receiver = newReceiver();
    await receiver.shutdown(ENDLESS);
    await receiver.start(testHost());
    assert.notEqual(receiver.boundAddress, undefined);
    await Promise.all([receiver.shutdown(ENDLESS), receiver.shutdown(ENDLESS)]);
    await receiver.shutdown(ENDLESS);
    assert.equal(receiver.boundAddress, undefined);
  });

  it('answers what has begun, and takes nothing new', async () => {
    const running = await runBrowser();
    let finish = () => {};
    const reached = new Promise<void>((resolve) => {
      running.onConsume = () => {
        resolve();
        return new Promise((done) => (finish = done));
      };
    });
    const reply = running.report(envelope([0, 5]));
    await reached;
    const down = running.receiver.shutdown(ENDLESS);
    await assert.rejects(running.report(envelope([0])), /ECONNREFUSED/);
    finish();
    assert.equal((await reply).status, 200);
    assert.equal((await reply).headers.connection, 'close');
    await down;
    assert.equal(running.clock.nextDueMs(), undefined, 'no timer is left');
  });
});

describe('sessions', () => {
  it('are forgotten by the clock when they are silent', async () => {
    const running = await runBrowser({ session_timeout: '30s' });
    const events = [{ type: 'connected', at_ms: BEGIN_MS }];
    await running.report(envelope([0, 5], { events }));
    running.clock.advance(40_000);
    // Neither is the event known as a repetition, nor is there a reading to compare the next one with.
    assert.equal((await running.report(envelope([45], { events }))).json().accepted, 2);
    assert.deepEqual(
      running.taken().map(({ kind }) => kind),
      ['event', 'sample', 'event'],
    );
    await running.stop();
  });

  it('are not forgotten while they report, though no sample comes of it', async () => {
    const running = await runBrowser({ max_sessions: 1, session_timeout: '30s' });
    const idle = { reports: [{ at_ms: BEGIN_MS, connection_id: '0', stats: [] }] };
    await running.report(envelope([], idle));
    running.clock.advance(20_000);
    await running.report(envelope([], idle));
    running.clock.advance(25_000);
    assert.equal((await running.report(envelope([45], { session_id: 's-2' }))).status, 429);
    running.clock.advance(5_000);
    assert.equal((await running.report(envelope([50], { session_id: 's-2' }))).status, 200);
    await running.stop();
  });

  it('leave room for the budgets of others when their own are whole again', async () => {
    const running = await runBrowser({ max_sessions: 1, per_session: { requests_per_minute: 1 } });
    await running.report(envelope([0]));
    running.clock.advance(90_000);
    const other = { session_id: 's-2' };
    assert.equal((await running.report(envelope([90], other))).status, 200);
    assert.equal((await running.report(envelope([95], other))).status, 429);
    await running.stop();
  });

  it('are handed on with the timeout of this source', async () => {
    const running = await runBrowser({ session_timeout: '45s' });
    await running.report(envelope([0, 5]));
    assert.equal(running.batches[0]?.sessionTimeoutMs, 45_000);
    await running.stop();
  });
});

describe('agent ids', () => {
  it('are replaced when there is a key', async () => {
    const running = await runBrowser({ agent_id_hmac_key: 'Jefe' });
    const agent_id = 'what do ya want for nothing?';
    const events = [{ type: 'connected', at_ms: BEGIN_MS }];
    await running.report(envelope([0, 5], { agent_id, events }));
    const pseudonym = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    assert.deepEqual(
      running.taken().map(({ agentId }) => agentId),
      [pseudonym, pseudonym],
    );
    await running.stop();
  });
});

describe('dimensions', () => {
  it('are kept as far as they are configured', async () => {
    const running = await runBrowser({ dimensions: ['site'] });
    await running.report(envelope([0, 5], { dimensions: { site: 'berlin', isp: 'x' } }));
    assert.deepEqual(running.taken()[0]?.dimensions, { site: 'berlin' });
    await running.stop();
  });
});
