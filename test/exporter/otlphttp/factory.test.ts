import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { otlpHttpFactory } from '../../../exporter/otlphttp/factory.ts';

describe('the configuration of otlphttp', () => {
  it('needs no key', () => {
    const config = otlpHttpFactory.configSchema.parse(undefined);
    assert.deepEqual(JSON.parse(JSON.stringify(config)), {
      endpoint: '',
      encoding: 'proto',
      compression: 'gzip',
      temporality: 'cumulative',
      export_interval: '10s',
      timeout: '10s',
      headers: {},
      max_batch_points: 8192,
      mark_ended: true,
      sessions: 'all',
      worst_count: 100,
    });
  });

  it('never prints the values of headers', () => {
    const config = otlpHttpFactory.configSchema.parse({ headers: { 'dd-api-key': 's3cr3t' } });
    assert.equal(JSON.stringify(config).includes('s3cr3t'), false);
  });

  const refused: readonly [rule: string, config: object, message: RegExp][] = [
    ['an address that is no URL', { endpoint: '127.0.0.1:4318' }, /begins with http/],
    ['another protocol', { metrics_endpoint: 'grpc://h:4317' }, /begins with http/],
    ['an unknown key', { endpiont: 'http://h' }, /endpiont/],
    ['an unknown encoding', { encoding: 'xml' }, /Invalid option/],
    ['an interval of zero', { export_interval: '0s' }, /longer than zero/],
    ['a timeout without unit', { timeout: '10' }, /no duration/],
    ['a header name with a blank', { headers: { 'X Key': 'hush' } }, /no name of an HTTP header/],
    ['a header value with a line break', { headers: { 'X-Key': 'hush\n' } }, /such as a line break/],
    ['batches of no point', { max_batch_points: 0 }, />0/],
    ['batches of half a point', { max_batch_points: 1.5 }, /int/],
  ];
  for (const [rule, config, message] of refused) {
    it(`refuses ${rule}`, () => {
      const { error } = otlpHttpFactory.configSchema.safeParse(config);
      assert.match(error!.message, message);
      assert.doesNotMatch(error!.message, /hush/);
    });
  }
});
