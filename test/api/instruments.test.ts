import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_INSTRUMENTS } from '../../api/api-instruments.ts';
import { apiFactory } from '../../api/factory.ts';
import { distribution } from '../../collector/registry.ts';
import { assertNoLeak } from '../support/no-leak.ts';
import { tokenOf } from './access-tokens.ts';
import { bearer, RunningApi, SECRET, SECRET_HASH, SIGNING_KEY, withApi } from './running-api.ts';
import { streamOf } from './sample-operations.ts';

const endless = streamOf(
  (_writer, { signal }) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
);

describe('the catalogue of what is measured of the API', () => {
  it('has every metric that the extension records, with its attributes', async () => {
    await withApi([endless], {}, async (running) => {
      await running.ask('/api/v2/events');
      const headers = bearer(await tokenOf());
      await running.open('/api/v2/events', { headers });
      const values: Record<string, string> = {
        extension: 'api',
        operation: 'streamEvents',
        status_class: '4xx',
        cause: 'missing_token',
      };
      for (const { name, attributes } of Object.values(API_INSTRUMENTS)) {
        const ofPoint = Object.fromEntries(attributes.map((key) => [key, values[key]!]));
        assert.equal(await running.settings.recorded(name, ofPoint), 1, name);
      }
    });
  });

  it('is not looked at any more after the shutdown', async () => {
    const running = await RunningApi.start([]);
    await running.stop();
    assert.equal(await running.settings.recorded('webrtc.api.streams', { extension: 'api' }), undefined);
  });
});

describe('the extension api', () => {
  it('is in this build', () => assert.ok(distribution.factories.includes(apiFactory)));

  it('says that it is ready, and where', async () => {
    await withApi([], {}, (running) => {
      assert.deepEqual(running.settings.statuses, [{ kind: 'ok' }]);
      return Promise.resolve(assert.match(running.api.boundAddress!, /^127\.0\.0\.1:\d+$/));
    });
  });

  it('rejects its start when its port is taken, and can be shut down then', async () => {
    await withApi([], {}, async ({ port }) => {
      await assert.rejects(RunningApi.start([], { endpoint: `127.0.0.1:${port}` }), /EADDRINUSE/);
    });
  });

  it('shows no secret, however it is printed', async () => {
    await withApi([], {}, async (running) => {
      const { api, settings } = running;
      const token = await running.token();
      for (const secret of [SECRET, SECRET_HASH, SIGNING_KEY, token]) {
        assertNoLeak({ api, lines: settings.lines, statuses: settings.statuses }, secret);
      }
    });
  });
});
