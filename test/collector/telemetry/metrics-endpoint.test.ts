import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { MetricsEndpoint } from '../../../collector/telemetry/metrics-endpoint.ts';

describe('MetricsEndpoint', () => {
  let render: () => Promise<string>;
  const endpoint = new MetricsEndpoint({
    host: '127.0.0.1',
    port: 0,
    path: '/metrics',
    render: () => render(),
  });
  before(() => endpoint.start());
  after(() => endpoint.close());

  /** `fetch` would tidy the target up. */
  function statusOf(path: string, method = 'GET'): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port: endpoint.port, path, method }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      outgoing.once('error', reject).end();
    });
  }

  const rows: [rule: string, path: string, method: string, status: number][] = [
    ['answers its path', '/metrics', 'GET', 200],
    ['ignores the query', '/metrics?name=x', 'GET', 200],
    ['answers HEAD', '/metrics', 'HEAD', 200],
    ['knows no other path', '/', 'GET', 404],
    ['survives a target that is no URL', '//', 'GET', 404],
    ['refuses other methods', '/metrics', 'POST', 405],
  ];
  for (const [rule, path, method, status] of rows) {
    it(rule, async () => {
      render = () => Promise.resolve('x 1\n');
      assert.equal(await statusOf(path, method), status);
    });
  }

  it('answers 500 when the text cannot be made', async () => {
    render = () => Promise.reject(new Error('no table'));
    assert.equal(await statusOf('/metrics'), 500);
  });

  it('is closed safely twice and before it starts', async () => {
    const idle = new MetricsEndpoint({ host: '127.0.0.1', port: 0, path: '/', render });
    await idle.close();
    await idle.start();
    assert.notEqual(idle.port, 0);
    await idle.close();
    await idle.close();
    assert.equal(idle.port, 0);
  });
});
