// The page of the README, as a reader copies it, in real Chromium before the default configuration.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../collector/clock.ts';
import { distribution } from '../../collector/registry.ts';
import { createCollector } from '../../collector/service/collector.ts';
import { Chromium } from '../support/chromium.ts';
import { recordingLogger } from '../support/log-lines.ts';
import { OtlpSink } from '../support/otlp-sink.ts';
import { scenarioConfig } from '../support/scenario.ts';

/** The page reads every 5 s, and two readings make a sample. */
const WITHIN_MS = 40_000;

describe('the page of the README', () => {
  const closers: (() => Promise<unknown>)[] = [];
  after(async () => {
    for (const close of closers.splice(0)) await close();
  });

  it('works by copy and paste', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const html = /```html\n([\s\S]*?)```/.exec(readme)?.[1];
    assert.ok(html !== undefined, 'the README has a page');
    const sink = new OtlpSink();
    await sink.start();
    closers.unshift(() => sink.close());
    const directory = await mkdtemp(join(tmpdir(), 'readme-page-'));
    closers.unshift(() => rm(directory, { recursive: true, force: true }));
    // A reader's server. Chromium lets a page reach loopback only when it came from there itself.
    const pages = createServer((_request, response) => {
      // Only the ports differ from what a reader has: tests share the machine.
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(html.replaceAll('127.0.0.1:4322', collector.component('receiver:browser')!.boundAddress!));
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    closers.unshift(() => new Promise((resolve) => pages.close(resolve)));
    const origin = `http://localhost:${(pages.address() as AddressInfo).port}`;
    const config = await scenarioConfig('http://127.0.0.1:9', directory, [
      'receivers.browser.endpoint=127.0.0.1:0',
      `receivers.browser.allowed_origins=["${origin}"]`,
      `exporters.otlphttp.endpoint=${sink.url}`,
      'exporters.otlphttp.export_interval=1s',
    ]);
    const { logger } = recordingLogger();
    const collector = createCollector({ config, distribution, clock: systemClock, logger });
    closers.unshift(() => collector.shutdown());
    await collector.start();
    const chromium = await Chromium.launch();
    closers.unshift(() => chromium.close());
    const tab = await chromium.context.newPage();
    const errors: string[] = [];
    tab.on('pageerror', ({ message }) => errors.push(message));
    await tab.goto(origin);
    const bitrates = () =>
      sink
        .points('webrtc.video.bitrate')
        .filter(({ attributes, value }) => attributes['session.id'] === 'my-first-session' && value! > 0);
    const startedAtMs = systemClock.nowMs();
    while (bitrates().length === 0) {
      assert.ok(systemClock.nowMs() - startedAtMs < WITHIN_MS, `no gauge came; ${errors.join(', ')}`);
      await new Promise<void>((resolve) => systemClock.after(200, resolve));
    }
    assert.deepEqual(errors, []);
  });
});
