import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { API_EVENT_INSTRUMENTS } from '../../../api/events/instruments.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import { endedEvent, qualitySample } from '../../support/quality-sample.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { refusalOf } from '../sessions/call-operation.ts';
import { hear, NDJSON_TYPE, OpenStreams } from './open-streams.ts';

const NDJSON = { headers: { accept: NDJSON_TYPE } };

/** Samples of as many sessions, all at the same time. */
function samples(count: number, fields: Partial<QualitySample> = {}, from = 0): QualitySample[] {
  return Array.from({ length: count }, (_, index) =>
    qualitySample({ sessionId: `s-${from + index}`, mos: 4, ...fields }),
  );
}

const withoutIds = (text: string) => text.replaceAll(/^id: .*\n/gm, '');

describe('a stream of server-sent events', () => {
  it('opens with the wait before a reconnect and its place, then has each event with its id', async () => {
    const streams = new OpenStreams();
    const { epoch } = streams;
    streams.bring(...samples(2));
    const { client, contentType } = await streams.open();
    assert.equal(contentType, 'text/event-stream');
    assert.equal(client.taken(), `retry: 3000\nid: ${epoch}-2\n\n`);
    streams.bring(
      qualitySample({
        sessionId: 'anon-x',
        observedAtMs: streams.clock.nowMs() + 1,
        rttMs: 80,
        agentId: 'a-1',
      }),
    );
    assert.equal(client.taken(), '');
    await streams.pass(50);
    const [id, data, ...end] = client.taken().split('\n');
    assert.deepEqual([id, end], [`id: ${epoch}-3`, ['', '']]);
    const { session, ...event } = JSON.parse(data!.replace('data: ', '')) as { session: { id: string } };
    assert.match(session.id, /^anon-[0-9a-f]{32}$/);
    assert.deepEqual(event, {
      type: 'webrtc-video',
      timestamp: '2026-01-01T00:00:00.001Z',
      metrics: { rtt: { ms: 80 } },
      media: 'camera',
      direction: 'inbound',
    });
  });

  it('gives a sign of life with its place each 5 s in which there is nothing to say', async () => {
    const streams = new OpenStreams();
    const { client } = await streams.open({ query: { filter: 'metrics.mos < 3' } });
    client.taken();
    await streams.pass(4_999);
    assert.equal(client.taken(), '');
    await streams.pass(1);
    assert.equal(client.taken(), `:\nid: ${streams.epoch}-0\n\n`);
    streams.bring(...samples(7));
    await streams.pass(5_000);
    // What did not pass has been seen all the same, and is not missed by who comes back with this id.
    assert.equal(client.taken(), `:\nid: ${streams.epoch}-7\n\n`);
    streams.bring(...samples(1, { mos: 2 }, 10));
    await streams.pass(4_000);
    assert.equal(hear(client.taken(), 'text/event-stream').records.length, 1);
    await streams.pass(1_000);
    assert.equal(client.taken(), '', 'the event was a sign of life');
    await streams.pass(50);
    assert.notEqual(client.taken(), '');
  });

  it('ends when its time is up, whether its client reads or not, and when its client is gone', async () => {
    const streams = new OpenStreams({ max_duration: '10m' });
    const [reading, stuck, leaving] = [await streams.open(), await streams.open(), await streams.open()];
    stuck.client.isSlow = true;
    await leaving.leave();
    assert.equal(leaving.isOver, true);
    await streams.pass(599_000);
    assert.deepEqual([reading.isOver, stuck.isOver], [false, false]);
    await streams.pass(1_000);
    assert.deepEqual([reading.isOver, stuck.isOver], [true, true]);
    assert.equal(streams.clock.nextDueMs(), undefined, 'no timer is left');
    reading.client.taken();
    streams.bring(...samples(1));
    await streams.pass(60_000);
    assert.equal(reading.client.taken(), '');
  });

  it('leaves nothing behind when its client is gone', async () => {
    const streams = new OpenStreams();
    const stream = await streams.open();
    await stream.leave();
    assert.equal(streams.clock.nextDueMs(), undefined, 'no timer is left');
  });

  it('fails when writing does', async () => {
    const streams = new OpenStreams();
    const stream = await streams.open();
    stream.client.write = () => Promise.reject(new Error('broken pipe'));
    await streams.pass(5_000);
    assert.match(String(stream.fault), /broken pipe/);
    assert.equal(await streams.counted('webrtc.api.streams', { format: 'sse' }), 0);
  });
});

describe('a stream of NDJSON', () => {
  it('opens with a blank line, and has an event a line and a blank one as a sign of life', async () => {
    const streams = new OpenStreams();
    const { client, contentType } = await streams.open({
      ...NDJSON,
      scopes: ['realtime:read', 'sessions:read'],
    });
    assert.equal(contentType, NDJSON_TYPE);
    assert.equal(client.taken(), '\n');
    streams.bring(endedEvent({ type: 'connected' }));
    await streams.pass(50);
    const line =
      '{"type":"webrtc","state":"connected","timestamp":"2026-01-01T00:00:00.000Z","session":{"id":"s-1"}}';
    assert.equal(client.taken(), `${line}\n`);
    await streams.pass(5_000);
    assert.equal(client.taken(), '\n');
  });

  it('begins with what happens next, whatever id is brought along', async () => {
    const streams = new OpenStreams();
    streams.bring(...samples(3));
    const headers = { ...NDJSON.headers, 'last-event-id': `${streams.epoch}-1` };
    const { client } = await streams.open({ headers });
    await streams.pass(100);
    assert.equal(client.taken(), '\n');
  });
});

describe('what a stream has', () => {
  const CASES: [query: Record<string, string>, types: string[]][] = [
    [{}, ['webrtc-video 4', 'webrtc-video 3', 'webrtc disconnected']],
    [{ eventTypes: 'webrtc,webrtc-video' }, ['webrtc-video 4', 'webrtc-video 3', 'webrtc disconnected']],
    [{ eventTypes: 'webrtc-video' }, ['webrtc-video 4', 'webrtc-video 3']],
    [{ eventTypes: 'webrtc' }, ['webrtc disconnected']],
    [{ filter: 'metrics.mos<3.5' }, ['webrtc-video 3']],
    [
      { filter: "event.state == 'disconnected' || metrics.mos > 3.5" },
      ['webrtc-video 4', 'webrtc disconnected'],
    ],
    [{ filter: "type == 'webrtc-video'", eventTypes: 'webrtc' }, []],
  ];
  for (const [query, expected] of CASES) {
    it(`for ${JSON.stringify(query)}`, async () => {
      const streams = new OpenStreams();
      const { client } = await streams.open({ ...NDJSON, query });
      streams.bring(...samples(1), ...samples(1, { mos: 3 }, 1), endedEvent({ type: 'disconnected' }));
      await streams.pass(50);
      const events = client.text.split('\n').filter((line) => line !== '');
      const told = events.map((line) => {
        const { type, state, metrics } = JSON.parse(line) as {
          type: string;
          state?: string;
          metrics?: { mos: number };
        };
        return `${type} ${state ?? metrics!.mos}`;
      });
      assert.deepEqual(told, expected);
    });
  }

  it('is ids for who may see sessions, and for others pseudonyms that tell sessions apart', async () => {
    const streams = new OpenStreams();
    const open = await streams.open({ ...NDJSON, scopes: ['realtime:read', 'sessions:read'] });
    const closed = await streams.open(NDJSON);
    for (const seconds of [0, 5]) {
      const observedAtMs = streams.clock.nowMs() + seconds * 1_000;
      const fields = { mos: 4, conversationId: 'c-1', agentId: 'agent-7', observedAtMs };
      streams.bring(
        qualitySample({ ...fields, sessionId: 's-1' }),
        qualitySample({ ...fields, sessionId: 's-2' }),
      );
    }
    await streams.pass(50);
    const idsOf = (text: string) =>
      hear(text, NDJSON_TYPE).records.map(({ sessionId, conversationId }) => [sessionId, conversationId]);
    assert.deepEqual(idsOf(open.client.text), [
      ['s-1', 'c-1'],
      ['s-2', 'c-1'],
      ['s-1', 'c-1'],
      ['s-2', 'c-1'],
    ]);
    const [one, two, ...again] = idsOf(closed.client.text);
    assert.deepEqual(again, [one, two]);
    assert.notEqual(one![0], two![0]);
    assert.equal(one![1], two![1]);
    for (const word of ['s-1', 's-2', 'c-1', 'agent']) assert.ok(!closed.client.text.includes(word), word);
    assert.ok(!open.client.text.includes('agent'));
  });
});

describe('a client that reads slowly', () => {
  it('costs others nothing, is told what it has missed, and goes on at the oldest', async () => {
    const streams = new OpenStreams({ buffer: 100 });
    const [slow, quick] = [await streams.open(), await streams.open()];
    slow.client.isSlow = true;
    streams.bring(...samples(10));
    await streams.pass(50);
    for (let round = 1; round <= 40; round++) {
      streams.bring(...samples(10, {}, 10 * round));
      await streams.pass(50);
    }
    assert.equal(hear(quick.client.text, quick.contentType).records.length, 410);
    assert.equal(slow.client.writeCount, 2, 'no more is written than it reads');
    slow.client.catchUp();
    await streams.pass(50);
    const heard = hear(slow.client.text, slow.contentType);
    // The first ten had been written; the last hundred were still kept. Our own decoder takes the notice for no event.
    assert.equal(heard.records.length, 110);
    assert.equal(heard.rejectedCount, 1);
    assert.equal(heard.resumption.lastEventId, `${streams.epoch}-410`);
    const notice = `event: missed\nid: ${streams.epoch}-310\ndata: {"type":"missed","missed":300}\n\n`;
    assert.ok(slow.client.text.includes(notice));
    assert.equal(await streams.counted('webrtc.api.missed_events', { cause: 'slow' }), 300);
    assert.equal(await streams.counted('webrtc.api.failed_resumptions', { cause: 'late' }), undefined);
  });

  it('is told by a line of its own where lines have no names', async () => {
    const streams = new OpenStreams({ buffer: 2 });
    const { client } = await streams.open(NDJSON);
    client.isSlow = true;
    streams.bring(...samples(1));
    await streams.pass(50);
    streams.bring(...samples(5, {}, 1));
    client.catchUp();
    await streams.pass(50);
    const lines = client.text.split('\n').filter((line) => line !== '');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { type: string }).type),
      ['webrtc-video', 'missed', 'webrtc-video', 'webrtc-video'],
    );
    assert.equal(lines[1], '{"type":"missed","missed":3}');
  });

  it('gets a long backlog in pieces, and others have their turn meanwhile', async () => {
    const streams = new OpenStreams({ buffer: 20_000 });
    streams.bring(...samples(20_000));
    const headers = { 'last-event-id': `${streams.epoch}-0` };
    const all = await streams.open({ headers });
    await streams.pass(0);
    assert.equal(hear(all.client.text, all.contentType).records.length, 20_000);
    assert.ok(all.client.writeCount >= 20_000 / 128, `${all.client.writeCount} writes`);
  });

  it('lets others have their turn while it looks through many of which none passes', async () => {
    const streams = new OpenStreams({ buffer: 20_000 });
    let turnCount = 0;
    const turn = () => void ((turnCount += 1) < 50 && setImmediate(turn));
    const lookedAtInTurn: number[] = [];
    const looked = (record: QualitySample) =>
      Object.defineProperty(record, 'mos', {
        get: () => {
          lookedAtInTurn.push(turnCount);
          return 4;
        },
      });
    const many = samples(20_000);
    streams.bring(looked(many[0]!), ...many.slice(1, -1), looked(many.at(-1)!));
    setImmediate(turn);
    const headers = { 'last-event-id': `${streams.epoch}-0` };
    const { client, contentType } = await streams.open({ headers, query: { filter: 'metrics.mos < 1' } });
    await streams.pass(0);
    const [first, last] = lookedAtInTurn;
    assert.ok(last! > first!, 'the first and the last one are looked at in one turn');
    assert.equal(client.writeCount, 1, 'nothing passes, so nothing but the opening is written');
    streams.bring(...samples(1, { mos: 1 }, 30_000), ...samples(1, { mos: 0.5 }, 30_001));
    await streams.pass(50);
    // Our own decoder refuses a MOS below 1.
    assert.deepEqual(
      [hear(client.text, contentType).records.length, hear(client.text, contentType).rejectedCount],
      [0, 1],
    );
  });
});

describe('a client that comes back', () => {
  async function comeBack(streams: OpenStreams, lastEventId: string) {
    const stream = await streams.open({ headers: { 'last-event-id': lastEventId } });
    await streams.pass(0);
    return stream.client.text;
  }

  it('goes on where it was, and is told nothing when it has missed nothing', async () => {
    const streams = new OpenStreams();
    streams.bring(...samples(5));
    const text = await comeBack(streams, `${streams.epoch}-3`);
    const { records, rejectedCount } = hear(text, 'text/event-stream');
    assert.deepEqual([records.length, rejectedCount], [2, 0]);
    assert.match(text, new RegExp(`^retry: 3000\nid: ${streams.epoch}-3\n\nid: ${streams.epoch}-4\n`));
    assert.equal(await comeBack(streams, `${streams.epoch}-5`), `retry: 3000\nid: ${streams.epoch}-5\n\n`);
    assert.equal(await streams.counted('webrtc.api.failed_resumptions', { cause: 'unknown' }), undefined);
  });

  it('too late is told how much is missing, and gets what is kept', async () => {
    const streams = new OpenStreams({ buffer: 4 });
    streams.bring(...samples(10));
    const text = await comeBack(streams, `${streams.epoch}-3`);
    assert.match(
      withoutIds(text),
      /^retry: 3000\n\nevent: missed\ndata: \{"type":"missed","missed":3\}\n\ndata: /,
    );
    assert.equal(hear(text, 'text/event-stream').records.length, 4);
    assert.equal(await streams.counted('webrtc.api.failed_resumptions', { cause: 'late' }), 1);
    assert.equal(await streams.counted('webrtc.api.missed_events', { cause: 'late' }), 3);
  });

  it('after a restart is told that something is missing, and gets all that is kept', async () => {
    const before = new OpenStreams();
    before.bring(...samples(3));
    const clock = new VirtualClock(before.clock.nowMs() + 60_000);
    const streams = new OpenStreams({}, clock);
    assert.notEqual(streams.epoch, before.epoch);
    streams.bring(...samples(2));
    const text = await comeBack(streams, `${before.epoch}-1`);
    const start = `retry: 3000\nid: ${streams.epoch}-0\n\nevent: missed\nid: ${streams.epoch}-0\ndata: {"type":"missed"}\n\n`;
    assert.ok(text.startsWith(start), text);
    assert.equal(hear(text, 'text/event-stream').records.length, 2);
    assert.equal(await streams.counted('webrtc.api.failed_resumptions', { cause: 'unknown' }), 1);
  });
});

describe('a stream is refused', () => {
  it('when too many are open, until one of them ends', async () => {
    const streams = new OpenStreams({ max_streams: 2 });
    const first = await streams.open();
    const second = await streams.open(NDJSON);
    const { operation } = streams.events;
    const refusal = '503 too.many.streams: too many streams are open; come back later';
    assert.equal(await refusalOf(operation), refusal);
    await assert.rejects(streams.open(), { headers: { 'retry-after': '30' } });
    assert.equal(await streams.counted('webrtc.api.streams', { format: 'sse' }), 1);
    assert.equal(await streams.counted('webrtc.api.streams', { format: 'ndjson' }), 1);
    await first.leave();
    const third = await streams.open(NDJSON);
    assert.equal(await refusalOf(operation), refusal);
    await second.leave();
    await third.leave();
    assert.equal(await streams.counted('webrtc.api.streams', { format: 'sse' }), 0);
    assert.equal(await streams.counted('webrtc.api.streams', { format: 'ndjson' }), 0);
    streams.events.close();
    assert.equal(await streams.counted('webrtc.api.streams', { format: 'sse' }), undefined);
  });

  it('but not for those that were let in and whose client left before they began', async () => {
    const streams = new OpenStreams({ max_streams: 1 });
    const gone = new AbortController();
    const call = {
      caller: { clientId: 'c', scopes: new Set(['realtime:read'] as const) },
      path: undefined,
      query: streams.events.operation.query!.parse({}),
      body: undefined,
      header: () => undefined,
      signal: gone.signal,
    };
    await streams.events.operation.handle(call as never);
    gone.abort();
    // One that is gone already takes no place either.
    await streams.events.operation.handle(call as never);
    const stream = await streams.open();
    assert.equal(stream.isOver, false);
  });

  it('for an Accept header that allows nothing of ours', async () => {
    const { events } = new OpenStreams();
    assert.equal(
      await refusalOf(events.operation, { headers: { accept: 'text/html' } }),
      '406 not.acceptable: only text/event-stream, application/x-ndjson and application/json are served here',
    );
  });

  const REFUSED: [query: Record<string, string>, refusal: string][] = [
    [{ limit: '5' }, '400 bad.request: limit and after are for application/json; a stream has none'],
    [{ after: 'x-1' }, '400 bad.request: limit and after are for application/json; a stream has none'],
    [
      { filter: 'metrics.mos <' },
      '400 bad.filter: filter: column 14: expected a number, or a text in quotes',
    ],
    [
      { filter: "agent.id == 'x'" },
      '400 bad.filter: filter: column 1: agents are not shown, and not asked for',
    ],
    [
      { filter: "metrics.mos < 3 && session.id == 'x'" },
      '403 missing.scope: filter: column 20: ids are compared with the scope sessions:read only',
    ],
    [
      { filter: "!(event.conversation_id != 'x')" },
      '403 missing.scope: filter: column 3: ids are compared with the scope sessions:read only',
    ],
  ];
  for (const [query, refusal] of REFUSED) {
    it(`for ${JSON.stringify(query)}, and takes no place`, async () => {
      const streams = new OpenStreams({ max_streams: 1 });
      assert.equal(await refusalOf(streams.events.operation, { query }), refusal);
      await streams.open();
    });
  }

  it('not for a filter on ids by who may see them, but for one on agents', async () => {
    const streams = new OpenStreams();
    const scopes = ['realtime:read', 'sessions:read'] as const;
    const stream = await streams.open({ ...NDJSON, scopes, query: { filter: "session.id == 's-1'" } });
    streams.bring(...samples(3));
    await streams.pass(50);
    assert.deepEqual(
      hear(stream.client.text, NDJSON_TYPE).records.map(({ sessionId }) => sessionId),
      ['s-1'],
    );
    const refusal = await refusalOf(streams.events.operation, {
      scopes,
      query: { filter: "agentId == 'x'" },
    });
    assert.match(refusal, /^400 bad\.filter/);
  });

  for (const eventTypes of ['', 'webrtc-audio', 'webrtc,', 'webrtc webrtc-video']) {
    it(`for the event types "${eventTypes}"`, async () => {
      await assert.rejects(new OpenStreams().open({ query: { eventTypes } }), { name: 'ZodError' });
    });
  }
});

describe('the catalogue of what is measured of streams', () => {
  it('has every metric that is recorded, with its attributes', async () => {
    const streams = new OpenStreams({ buffer: 1 });
    streams.bring(...samples(5));
    await streams.open({ headers: { 'last-event-id': `${streams.epoch}-1` } });
    const values: Record<string, string> = { extension: 'api', format: 'sse', cause: 'late' };
    for (const { name, attributes } of Object.values(API_EVENT_INSTRUMENTS)) {
      const ofPoint = Object.fromEntries(attributes.map((key) => [key, values[key]!]));
      assert.ok((await streams.settings.recorded(name, ofPoint))! > 0, `${name} has no point`);
    }
  });
});
