import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isHttpUrl, metricsUrl, printableUrl } from '../../../exporter/otlphttp/destination.ts';

describe('metricsUrl', () => {
  const table: readonly [
    rule: string,
    endpoint: string,
    metricsEndpoint: string | undefined,
    url: string | undefined,
  ][] = [
    ['adds the path of the signal', 'http://127.0.0.1:4318', undefined, 'http://127.0.0.1:4318/v1/metrics'],
    [
      'adds it once when the base ends with a stroke',
      'https://otlp.example/',
      undefined,
      'https://otlp.example/v1/metrics',
    ],
    ['keeps the path of the base', 'https://g.example/otlp', undefined, 'https://g.example/otlp/v1/metrics'],
    [
      'keeps the query of the base',
      'https://g.example/otlp?t=1',
      undefined,
      'https://g.example/otlp/v1/metrics?t=1',
    ],
    ['takes a whole URL as it stands', 'https://g.example', 'https://m.example/in', 'https://m.example/in'],
    ['needs no base beside a whole URL', '', 'https://m.example/in', 'https://m.example/in'],
    ['falls back on the base when the whole URL is empty', 'http://h', '', 'http://h/v1/metrics'],
    ['is undefined when both are empty', '', '', undefined],
    ['is undefined when nothing is set', '', undefined, undefined],
  ];
  for (const [rule, endpoint, metricsEndpoint, expected] of table) {
    it(rule, () => assert.equal(metricsUrl({ endpoint, metrics_endpoint: metricsEndpoint })?.href, expected));
  }
});

describe('isHttpUrl', () => {
  for (const text of ['http://h', 'https://h:4318/x']) it(`takes ${text}`, () => assert.ok(isHttpUrl(text)));
  for (const text of ['', 'h:4318', '127.0.0.1:4318', 'grpc://h', 'file:///x']) {
    it(`refuses "${text}"`, () => assert.ok(!isHttpUrl(text)));
  }
});

describe('printableUrl', () => {
  it('has neither user nor password nor query', () => {
    assert.equal(printableUrl(new URL('https://user:pass@h.example/otlp?key=1')), 'https://h.example/otlp');
  });
});
