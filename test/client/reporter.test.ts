// What another library measures, on its way to the receiver.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { reporter, type ReporterOptions } from '../../client/client.ts';
import { type Envelope, FakePage } from './fake-page.ts';

function start(context: TestContext, options: Partial<ReporterOptions> = {}) {
  const page = new FakePage(context);
  const errors: string[] = [];
  const report = reporter({
    url: 'http://bridge/v1/rtc',
    dialect: 'webrtc-stats-gatherer',
    onError: ({ message }) => errors.push(message),
    ...options,
  });
  return { page, report, errors };
}

describe('a reporter', () => {
  it('sends the entries of one moment as one body of its dialect', async (context) => {
    const { page, report } = start(context, { token: 'token-1', sessionId: 's 1' });
    report({ name: 'connect' });
    report({ name: 'getStats' });
    await page.advance(1_000);
    assert.equal(page.posts.length, 1);
    const { url, headers, text } = page.posts[0]!;
    assert.equal(url, 'http://bridge/v1/rtc?dialect=webrtc-stats-gatherer&session_id=s%201');
    assert.equal(headers.authorization, 'Bearer token-1');
    assert.deepEqual(JSON.parse(text), [{ name: 'connect' }, { name: 'getStats' }]);
  });

  it('leaves out what holds addresses, descriptions and devices, at any depth', async (context) => {
    const { page, report } = start(context);
    report({
      sdp: 'PLANTED',
      transport: 'udp',
      data: [{ localSdp: 'PLANTED', address: 'PLANTED', ip: 'PLANTED', relatedPort: 1, bytesSent: 1 }],
      userAgent: 'PLANTED',
      certificates: ['PLANTED'],
      device: { deviceId: 'PLANTED', label: 'PLANTED' },
    });
    await page.advance(1_000);
    assert.deepEqual(JSON.parse(page.posts[0]!.text), [
      { transport: 'udp', data: [{ bytesSent: 1 }], device: {} },
    ]);
  });

  it('refuses what is no JSON, tells of it, and goes on', async (context) => {
    const { page, report, errors } = start(context);
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    report(circular);
    report({ name: 'getStats' });
    await page.advance(1_000);
    assert.equal(errors.length, 1);
    assert.deepEqual(JSON.parse(page.posts[0]!.text), [{ name: 'getStats' }]);
  });

  for (const [title, end] of [
    ['stop', (_: FakePage, stop: () => void) => stop()],
    ['the closing of the page', (page: FakePage) => page.hide()],
  ] as const) {
    it(`leaves the rest and the end of the session to beacons at ${title}`, async (context) => {
      const { page, report } = start(context, { token: 'token-1', sessionId: 's-1' });
      report({ name: 'connect' });
      await page.advance(1_000);
      report({ name: 'getStats' });
      end(page, report.stop);
      const [rest, last] = page.beacons;
      assert.equal(
        rest!.url,
        'http://bridge/v1/rtc?dialect=webrtc-stats-gatherer&session_id=s-1&access_token=token-1',
      );
      assert.deepEqual(JSON.parse(rest!.text), [{ name: 'getStats' }]);
      assert.equal(last!.url, 'http://bridge/v1/rtc?dialect=getstats&session_id=s-1&access_token=token-1');
      const { session_id, events } = JSON.parse(last!.text) as Envelope;
      assert.equal(session_id, 's-1');
      assert.deepEqual(
        events.map(({ type }) => type),
        ['ended'],
      );
      report.stop();
      page.hide();
      report({ name: 'getStats' });
      await page.advance(60_000);
      assert.equal(page.beacons.length, 2);
      assert.equal(page.posts.length, 1);
      assert.equal(page.listenerCount, 0);
    });
  }
});
