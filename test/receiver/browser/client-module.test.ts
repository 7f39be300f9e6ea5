// The client as pages load it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readClientModule } from '../../../receiver/browser/client-module.ts';
import { exchange, type RequestOptions } from '../http/exchange.ts';
import { runBrowser, type RunningBrowser } from './running-browser.ts';

describe('readClientModule', () => {
  it('reads a module that a browser understands: types are gone, and nothing is imported', async () => {
    const { source } = await readClientModule();
    assert.ok(!/^\s*import\b/m.test(source));
    const module = (await import(
      `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`
    )) as Record<string, unknown>;
    assert.equal(typeof module.monitor, 'function');
  });

  it('tags the same source with the same tag', async () => {
    const [{ etag }, second] = await Promise.all([readClientModule(), readClientModule()]);
    assert.equal(second.etag, etag);
    assert.match(etag, /^"[\w-]{22}"$/);
  });
});

describe('GET /client.js', () => {
  let running: RunningBrowser;
  before(async () => (running = await runBrowser()));
  after(() => running.stop());

  const get = (options: RequestOptions = {}) =>
    exchange(running.port, undefined, { path: '/client.js', method: 'GET', ...options });

  it('serves the module to be kept for an hour', async () => {
    const reply = await get();
    const { source, etag } = await readClientModule();
    assert.equal(reply.status, 200);
    assert.equal(reply.text, source);
    assert.equal(reply.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(reply.headers['cache-control'], 'public, max-age=3600');
    assert.equal(reply.headers['x-content-type-options'], 'nosniff');
    assert.equal(reply.headers.etag, etag);
  });

  it('answers 304 to who has it', async () => {
    const { etag } = await readClientModule();
    const reply = await get({ headers: { 'if-none-match': etag } });
    assert.equal(reply.status, 304);
    assert.equal(reply.text, '');
    assert.equal((await get({ headers: { 'if-none-match': '"another"' } })).status, 200);
  });

  it('answers HEAD, and 405 to everything else', async () => {
    assert.equal((await get({ method: 'HEAD' })).status, 200);
    const reply = await get({ method: 'POST' });
    assert.equal(reply.status, 405);
    assert.equal(reply.headers.allow, 'GET, HEAD');
  });
});
