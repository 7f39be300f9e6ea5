// Which body gets which answer, over real HTTP: forms, encodings, dialects, and everything that is broken.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { LIVE_DIALECTS } from '../../../receiver/dialect/registry.ts';
import type { RequestOptions } from '../http/exchange.ts';
import { BEGIN_MS, envelope } from './reports.ts';
import { runBrowser, type RunningBrowser } from './running-browser.ts';

const GOOD = envelope([0, 5]);
const GOOD_TEXT = JSON.stringify(GOOD);
const ZIPPED = gzipSync(GOOD_TEXT);
const TEXT = { 'content-type': 'text/plain;charset=UTF-8' };
const NDJSON = { 'content-type': 'application/x-ndjson' };
const GZIP = { 'content-encoding': 'gzip' };
const NO_TYPE = { 'content-type': '' };

describe('a good body', () => {
  let running: RunningBrowser;
  beforeEach(async () => (running = await runBrowser()));
  afterEach(() => running.stop());

  const lines = [envelope([0]), envelope([5])].map((each) => JSON.stringify(each)).join('\n');
  const ROWS: readonly (readonly [
    form: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ])[] = [
    ['JSON', GOOD],
    ['JSON of a beacon', GOOD_TEXT, TEXT],
    ['a beacon of bytes', Buffer.from(GOOD_TEXT), NO_TYPE],
    ['lines', lines, NDJSON],
    ['lines with blank ones between', `\n${lines.replace('\n', '\n\r\n')}\n`, NDJSON],
    ['a list of envelopes', [envelope([0]), envelope([5])]],
    ['a byte order mark', `\ufeff${GOOD_TEXT}`],
    ['gzip by its header', ZIPPED, GZIP],
    ['gzip by its first bytes', ZIPPED],
    ['gzip of a beacon', ZIPPED, TEXT],
    ['gzip of a beacon of bytes', ZIPPED, NO_TYPE],
    ['gzip of lines', gzipSync(lines), { ...NDJSON, ...GZIP }],
  ];
  for (const [form, body, headers = {}] of ROWS) {
    it(`is taken as ${form}`, async () => {
      running.clock.advance(5_000);
      const reply = await running.report(body, { headers });
      assert.equal(reply.text, '{"accepted":2,"rejected":[],"duplicates":0}');
      assert.equal(reply.status, 200);
      const [sample] = running.taken();
      assert.equal(sample?.kind, 'sample');
      assert.equal(Math.round(sample.kind === 'sample' ? sample.bitrateKbps! : 0), 1_000);
    });
  }

  it('is taken by the dialect that the query names', async () => {
    const reply = await running.report(GOOD, { path: '/v1/rtc?dialect=getstats' });
    assert.equal(reply.json().accepted, 2);
  });

  it('counts a reading as accepted though no sample comes of the first one', async () => {
    const reply = await running.report(envelope([0]));
    assert.equal(reply.text, '{"accepted":1,"rejected":[],"duplicates":0}');
    assert.equal(running.taken().length, 0);
  });

  it('tells repetitions and late readings as duplicates', async () => {
    await running.report(envelope([0, 5]));
    assert.equal(
      (await running.report(envelope([0, 5, 10]))).text,
      '{"accepted":1,"rejected":[],"duplicates":2}',
    );
    const { recorded } = running.settings;
    const receiver = 'browser';
    assert.equal(await recorded('webrtc.receiver.dropped_records', { receiver, cause: 'duplicate' }), 1);
    assert.equal(await recorded('webrtc.receiver.dropped_records', { receiver, cause: 'late' }), 1);
  });

  it('keeps readings and events in the order in which they happened', async () => {
    const events = [
      { type: 'connected', at_ms: BEGIN_MS },
      { type: 'muted', at_ms: BEGIN_MS + 7_000 },
    ];
    await running.report(envelope([0, 5, 10], { events }));
    const told = running.taken().map((record) => (record.kind === 'event' ? record.type : 'sample'));
    assert.deepEqual(told, ['connected', 'sample', 'muted', 'sample']);
  });

  it('is kept but for its bad parts, which are told by their place', async () => {
    const body = [JSON.stringify(envelope([0, 5])), '{', '7'].join('\n');
    const reply = await running.report(body, { headers: NDJSON });
    assert.equal(reply.status, 200);
    assert.equal(reply.json().accepted, 2);
    assert.deepEqual(
      reply.json().rejected?.map(({ index }) => index),
      [1, 2],
    );
    const counted = { receiver: 'browser', transport: 'http' };
    assert.equal(await running.settings.recorded('otelcol_receiver_failed_log_records', counted), 2);
  });

  it('does not count as failed when only a field of it was refused', async () => {
    const good = envelope([0]);
    const stats = good.reports[0]!.stats.map((each) => ({ ...each, jitter: -1 }));
    const reply = await running.report({ ...good, reports: [{ ...good.reports[0], stats }] });
    assert.deepEqual([reply.json().accepted, reply.json().rejected?.length], [1, 1]);
    const counted = { receiver: 'browser', transport: 'http' };
    assert.equal(await running.settings.recorded('otelcol_receiver_failed_log_records', counted), 0);
  });
});

describe('a bad body', () => {
  let running: RunningBrowser;
  before(
    async () =>
      (running = await runBrowser({ max_body_bytes: 4_096, per_session: { bytes_per_minute: 8_192 } })),
  );
  after(async () => {
    // Whatever came, it serves, and nothing of it was worth an error line.
    assert.equal((await running.report(envelope([0], { session_id: 'last' }))).status, 200);
    assert.deepEqual(
      running.settings.lines.filter(({ level }) => level === 'error'),
      [],
    );
    await running.stop();
  });

  const known = LIVE_DIALECTS.map(({ name }) => name).join(', ');
  const ROWS: readonly (readonly [
    rule: string,
    status: number,
    body: unknown,
    error?: RegExp | undefined,
    options?: RequestOptions,
  ])[] = [
    ['nothing', 400, '', /empty/],
    ['no JSON', 400, '{"a":1,}', /line 1, column 8/],
    ['no UTF-8', 400, Buffer.from([0x22, 0xff, 0x22]), /not UTF-8/],
    ['half a body', 400, GOOD_TEXT.slice(0, -1), /at the end/],
    ['blank lines', 400, '\n\n', /empty/, { headers: NDJSON }],
    ['only bad lines', 400, '{\n[', /no line of the body is JSON/, { headers: NDJSON }],
    ['no gzip', 400, GOOD_TEXT, /gzip/, { headers: GZIP }],
    ['half a gzip', 400, ZIPPED.subarray(0, 40), /gzip/],
    ['zlib', 400, deflateSync(GOOD_TEXT), /not UTF-8/],
    ['a number', 400, '7', /shape of no dialect/],
    ['null', 400, 'null', /shape of no dialect/],
    ['an empty list', 400, '[]', /shape of no dialect/],
    ['an object of no dialect', 400, { hello: 'world' }, new RegExp(`one of ${known}$`)],
    ['an event of the guide', 400, { type: 'webrtc-video', session: { id: 'x' } }, /shape of no dialect/],
    [
      'the shape of another dialect than the query names',
      400,
      GOOD,
      undefined,
      { path: '/v1/rtc?dialect=webrtc-stats-gatherer' },
    ],
    ['an unknown dialect', 400, GOOD, new RegExp(`one of ${known}$`), { path: '/v1/rtc?dialect=sdp' }],
    ['a dialect of recordings', 400, GOOD, /one of/, { path: '/v1/rtc?dialect=webrtc-internals' }],
    ['a prototype key for a dialect', 400, GOOD, /one of/, { path: '/v1/rtc?dialect=__proto__' }],
    ['no session at all', 400, envelope([0], { session_id: undefined })],
    ['a session that is an address', 400, envelope([0], { session_id: '192.0.2.7' })],
    ['reports that are none', 400, { session_id: 's', reports: [7, null, {}, { stats: 'x' }] }],
    ['a broken path', 404, GOOD, /\/v1\/rtc/, { path: '/v1/rtc/%zz' }],
    ['another path', 404, GOOD, /\/v1\/rtc/, { path: '/' }],
    ['GET', 405, undefined, /only POST/, { method: 'GET' }],
    ['PUT', 405, GOOD, /only POST/, { method: 'PUT' }],
    ['a body over the limit', 413, ' '.repeat(4_097), /4096/],
    ['one without its length', 413, ' '.repeat(4_097), /4096/, { chunked: true }],
    ['one over it after decompression', 413, gzipSync(' '.repeat(4_097)), /4096/],
    ['a gzip bomb of a beacon', 413, gzipSync(Buffer.alloc(5_000_000)), /4096/, { headers: TEXT }],
    [
      'a form',
      415,
      'a=b',
      /text\/plain$/,
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['another charset', 415, GOOD, /utf-8/, { headers: { 'content-type': 'text/plain; charset=utf-16' } }],
    ['brotli', 415, GOOD, /gzip/, { headers: { 'content-encoding': 'br' } }],
  ];
  for (const [rule, status, body, error, options] of ROWS) {
    it(`is answered with ${status}: ${rule}`, async () => {
      const before = running.taken().length;
      const reply = await running.report(body, options);
      assert.equal(reply.status, status, reply.text);
      if (error === undefined) assert.ok((reply.json().rejected?.length ?? 0) > 0, reply.text);
      else assert.match(reply.json().error ?? '', error);
      assert.equal(reply.headers['x-content-type-options'], 'nosniff');
      assert.equal(running.taken().length, before);
    });
  }

  it('may have 10,000 lines at most', async () => {
    const wide = await runBrowser();
    const reply = await wide.report('0\n'.repeat(10_001), { headers: NDJSON });
    assert.equal(reply.status, 413);
    await wide.stop();
  });
});

describe('a clock that is ahead', () => {
  let running: RunningBrowser;
  beforeEach(async () => (running = await runBrowser()));
  afterEach(() => running.stop());

  it('is believed up to 30 s', async () => {
    await running.report(envelope([25, 30]));
    assert.equal(running.taken()[0]?.observedAtMs, BEGIN_MS + 30_000);
  });

  it('is set back to the arrival, and counted', async () => {
    const reply = await running.report(envelope([3_600, 3_605, 3_610]));
    assert.equal(reply.json().accepted, 3);
    assert.deepEqual(
      running.taken().map(({ observedAtMs }) => observedAtMs),
      [BEGIN_MS - 5_000, BEGIN_MS],
    );
    const counted = { receiver: 'browser' };
    assert.equal(await running.settings.recorded('webrtc.receiver.clamped_timestamps', counted), 3);
  });
});
