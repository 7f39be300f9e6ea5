import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GuideEvent } from '../../../receiver/guide-event/encode.ts';
import { GuideDecoder } from '../../../receiver/guide-event/decode-body.ts';
import { endedEvent, qualitySample } from '../../support/quality-sample.ts';
import { jsonOf, refusalOf, type CallOptions } from '../sessions/call-operation.ts';
import { OpenStreams } from './open-streams.ts';

interface Latest {
  readonly entities: readonly GuideEvent[];
  readonly next?: string;
}

const latest = (streams: OpenStreams, options: CallOptions = {}) =>
  jsonOf<Latest>(streams.events.operation, { headers: { accept: 'application/json' }, ...options });

const WITH_IDS: CallOptions = { scopes: ['realtime:read', 'sessions:read'] };

/** Session and type, or state, of each event. */
const named = ({ entities }: Latest) =>
  entities.map((event) => `${(event.session as { id: string }).id} ${String(event.state ?? event.type)}`);

function measured(streams: OpenStreams, sessionId: string, mos = 4): void {
  streams.bring(qualitySample({ sessionId, mos, agentId: 'agent-7', observedAtMs: streams.clock.nowMs() }));
}

function happened(
  streams: OpenStreams,
  sessionId: string,
  type: Parameters<typeof endedEvent>[0] = {},
): void {
  streams.bring(endedEvent({ sessionId, observedAtMs: streams.clock.nowMs(), ...type }));
}

describe('what a client gets that only asks', () => {
  it('is the newest sample and the newest event of each session, in the order in which they happened', async () => {
    const streams = new OpenStreams();
    measured(streams, 'a', 4);
    happened(streams, 'b', { type: 'connected' });
    streams.clock.advance(5_000);
    measured(streams, 'a', 3);
    happened(streams, 'a', { type: 'network_change' });
    measured(streams, 'b');
    const all = await latest(streams, WITH_IDS);
    assert.deepEqual(named(all), ['a webrtc-video', 'a network_change', 'b connected', 'b webrtc-video']);
    assert.deepEqual(all.entities[0]!.metrics, { mos: 3 });
    assert.ok(!JSON.stringify(all).includes('agent'));
    const samples = await latest(streams, { ...WITH_IDS, query: { eventTypes: 'webrtc-video' } });
    assert.deepEqual(named(samples), ['a webrtc-video', 'b webrtc-video']);
    const bad = await latest(streams, { ...WITH_IDS, query: { filter: 'metrics.mos<3.5' } });
    assert.deepEqual(named(bad), ['a webrtc-video']);
  });

  it('has of a session that ended its end, and nothing of one that fell silent', async () => {
    const streams = new OpenStreams();
    measured(streams, 'silent');
    streams.clock.advance(30_000);
    measured(streams, 'over');
    happened(streams, 'over');
    streams.clock.advance(1_000);
    happened(streams, 'over', { type: 'disconnected' });
    assert.deepEqual(named(await latest(streams, WITH_IDS)), ['silent webrtc-video', 'over ended']);
    streams.clock.advance(29_000);
    assert.deepEqual(named(await latest(streams, WITH_IDS)), ['over ended']);
  });

  it('has pseudonyms for who may not see sessions, which our own decoder takes', async () => {
    const streams = new OpenStreams();
    measured(streams, 'a');
    const body = await latest(streams);
    assert.match(named(body)[0]!, /^anon-[0-9a-f]{32} webrtc-video$/);
    const decoder = new GuideDecoder({ dimensions: [] });
    const { records, rejected } = decoder.decode(Buffer.from(JSON.stringify(body)), 'json', 0);
    assert.deepEqual([records.length, rejected], [1, []]);
  });

  it('comes in pages, with each session once', async () => {
    const streams = new OpenStreams();
    for (let index = 0; index < 5; index++) measured(streams, `s-${index}`, index === 1 ? 4 : 3);
    const query = { filter: 'metrics.mos<3.5', limit: '2' };
    const first = await latest(streams, { ...WITH_IDS, query });
    const second = await latest(streams, { ...WITH_IDS, query: { ...query, after: first.next! } });
    assert.deepEqual(
      [named(first), named(second)].map((page) => page.map((name) => name.split(' ')[0])),
      [
        ['s-0', 's-2'],
        ['s-3', 's-4'],
      ],
    );
    assert.equal(second.next, undefined);
    const headers = { accept: 'application/json' };
    const refusal = await refusalOf(streams.events.operation, { headers, query: { after: 'x-1' } });
    assert.match(refusal, /^400 bad\.cursor/);
  });

  it('is at most what one thousand sessions have', async () => {
    const streams = new OpenStreams();
    streams.bring(
      ...Array.from({ length: 1_200 }, (_, index) => qualitySample({ sessionId: `s-${index}`, mos: 4 })),
    );
    const first = await latest(streams);
    assert.equal(first.entities.length, 1_000);
    const rest = await latest(streams, { query: { after: first.next! } });
    assert.deepEqual([rest.entities.length, rest.next], [200, undefined]);
  });
});
