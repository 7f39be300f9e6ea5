import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { LiveSessions } from '../../../api/sessions/live-sessions.ts';
import { sessionOperations } from '../../../api/sessions/operations.ts';
import type { SessionDocument } from '../../../api/sessions/session-document.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import type { DegradedLevel } from '../../../receiver/session-gauges/degraded-level.ts';
import { endedEvent, qualityBatch, qualitySample } from '../../support/quality-sample.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { callOperation, jsonOf, refusalOf } from './call-operation.ts';

interface Page {
  readonly sessions: readonly SessionDocument[];
  readonly total?: number;
  readonly next?: string;
}

let clock: VirtualClock;
let sessions: LiveSessions;
let levels: Map<string, DegradedLevel>;
let openIncidents: Map<string, readonly string[]>;

beforeEach(() => {
  clock = new VirtualClock();
  sessions = new LiveSessions();
  levels = new Map();
  openIncidents = new Map();
});

function operations(epoch = 'now') {
  const [list, one] = sessionOperations({
    clock,
    sessions,
    epoch,
    levels: { degradedLevelOf: (id) => levels.get(id) },
    openIncidentIds: (id) => Promise.resolve(openIncidents.get(id) ?? []),
  });
  return { list: list!, one: one! };
}

function measure(sessionId: string, fields: Partial<QualitySample> = {}): void {
  const observedAtMs = clock.nowMs();
  sessions.take(qualityBatch(qualitySample({ sessionId, mos: 4, ...fields, observedAtMs })), observedAtMs);
}

function happen(sessionId: string, type: Parameters<typeof endedEvent>[0] = {}): void {
  const observedAtMs = clock.nowMs();
  sessions.take(qualityBatch(endedEvent({ sessionId, observedAtMs, ...type })), observedAtMs);
}

const list = (query: Readonly<Record<string, string>> = {}) => jsonOf<Page>(operations().list, { query });
const idsOf = (page: Page) => page.sessions.map(({ id }) => id);

describe('a session in the list', () => {
  it('is all that is known of it, under the names and in the units of the guide', async () => {
    measure('s-1', { conversationId: 'c-1', agentId: 'agent-7' });
    clock.advance(10_000);
    measure('s-1', {
      conversationId: 'c-1',
      agentId: 'agent-7',
      mos: 3.1,
      mosSource: 'estimated',
      mosCauses: ['packet_loss'],
      experience: 2.5,
      experienceCauses: ['freeze', 'frame_rate'],
      packetLossPercent: 2.5,
      jitterMs: 31,
      rttMs: 240,
      bitrateKbps: 410,
      usualBitrateKbps: 900,
      framesPerSecond: 12,
      freezeRatio: 0.25,
      framesDroppedPercent: 4,
      outage: false,
      codec: 'video/VP8',
      media: 'screen',
      direction: 'outbound',
      muted: false,
      dimensions: { edge: 'fra-3', 'network.type': 'wifi' },
    });
    happen('s-1', { type: 'disconnected', agentId: 'agent-7' });
    levels.set('s-1', 3);
    clock.advance(2_500);
    const page = await list();
    assert.deepEqual(page, {
      sessions: [
        {
          id: 's-1',
          conversationId: 'c-1',
          media: 'screen',
          direction: 'outbound',
          codec: 'video/VP8',
          dimensions: { edge: 'fra-3', 'network.type': 'wifi' },
          metrics: {
            mos: 3.1,
            mosSource: 'estimated',
            mosCauses: ['packet_loss'],
            experience: 2.5,
            experienceCauses: ['freeze', 'frame_rate'],
            jitter: { ms: 31 },
            packetLossPercent: 2.5,
            rtt: { ms: 240 },
            bitrate: { kbps: 410 },
            usualBitrate: { kbps: 900 },
            framesPerSecond: 12,
            freezeRatio: 0.25,
            framesDroppedPercent: 4,
            outage: false,
          },
          muted: false,
          degraded: 'critical',
          connection: 'disconnected',
          firstSeen: '2026-01-01T00:00:00.000Z',
          lastSeen: '2026-01-01T00:00:10.000Z',
          observed: '2026-01-01T00:00:10.000Z',
          ageSeconds: 12.5,
          silentSeconds: 2.5,
          sampleCount: 2,
        },
      ],
      total: 1,
    });
    assert.ok(!JSON.stringify(page).includes('agent'));
  });

  it('has nothing in it that is not known', async () => {
    happen('s-1', { type: 'connected', conversationId: 'c-1' });
    const [session] = (await list()).sessions;
    assert.deepEqual(session, {
      id: 's-1',
      conversationId: 'c-1',
      dimensions: {},
      connection: 'connected',
      firstSeen: '2026-01-01T00:00:00.000Z',
      lastSeen: '2026-01-01T00:00:00.000Z',
      ageSeconds: 0,
      silentSeconds: 0,
      sampleCount: 0,
    });
  });
});

describe('the list of sessions', () => {
  it('has audio, and neither what ended nor what fell silent', async () => {
    measure('silent');
    clock.advance(30_000);
    measure('voice', { media: 'audio' });
    measure('over');
    happen('over');
    clock.advance(30_000);
    const page = await list();
    assert.deepEqual([idsOf(page), page.total], [['voice'], 1]);
  });

  const FILTERS: [filter: string, ids: string[]][] = [
    ['metrics.mos < 3.5', ['bad']],
    ["metrics.mos<3.5 && edge=='fra-3'", ['bad']],
    ["edge == 'fra-3'", ['bad', 'good']],
    ["session.id == 'good'", ['good']],
    ["conversation.id == 'c-good'", ['good']],
    ["event.type == 'webrtc'", ['talked']],
    ["state == 'connected'", ['talked']],
    ['!(metrics.mos > 3)', ['talked']],
    ['metrics.rtt.ms != 5', []],
  ];
  for (const [filter, ids] of FILTERS) {
    it(`keeps those for which ${filter}`, async () => {
      measure('bad', { mos: 3.4, dimensions: { edge: 'fra-3' } });
      // What happened since says nothing of the picture.
      happen('bad', { type: 'network_change' });
      measure('good', { mos: 4.2, dimensions: { edge: 'fra-3' }, conversationId: 'c-good' });
      happen('talked', { type: 'connected' });
      const page = await list({ filter });
      assert.deepEqual([idsOf(page), page.total], [ids, ids.length]);
    });
  }

  it('keeps those of the degraded levels that are asked for', async () => {
    for (const [id, level] of Object.entries({ fine: 0, doubtful: 1, bad: 2, worst: 3 })) {
      measure(id);
      levels.set(id, level as DegradedLevel);
    }
    measure('unjudged');
    assert.deepEqual(idsOf(await list({ degraded: 'ok' })), ['fine']);
    const page = await list({ degraded: 'degraded,critical' });
    assert.deepEqual([idsOf(page), page.total], [['bad', 'worst'], 2]);
    assert.deepEqual(idsOf(await list({ degraded: 'critical', filter: 'metrics.mos < 1' })), []);
  });

  const MALFORMED: [what: string, query: Record<string, string>][] = [
    ['a level that is none', { degraded: 'bad' }],
    ['an empty level', { degraded: 'ok,' }],
    ['no limit', { limit: '0' }],
    ['too high a limit', { limit: '1001' }],
    ['a limit that is no number', { limit: 'all' }],
    ['a limit that is no whole number', { limit: '1.5' }],
    ['a parameter that nobody knows', { order: 'mos' }],
    ['a filter that is too long', { filter: 'x'.repeat(1_001) }],
  ];
  for (const [what, query] of MALFORMED) {
    it(`is refused for ${what}`, async () => {
      await assert.rejects(callOperation(operations().list, { query }), z.ZodError);
    });
  }

  const REFUSED: [filter: string, refusal: string][] = [
    ['metrics.mos <', '400 bad.filter: filter: column 14: expected a number, or a text in quotes'],
    ['metrics.mood < 3', '400 bad.filter: filter: column 1: no field of this name is kept of an event'],
    [
      "edge == 'a' || !(agent.id != 'x')",
      '400 bad.filter: filter: column 18: agents are not shown, and not asked for',
    ],
    ["event.agent_id == 'x'", '400 bad.filter: filter: column 1: agents are not shown, and not asked for'],
  ];
  for (const [filter, refusal] of REFUSED) {
    it(`is refused for the filter ${filter}`, async () => {
      assert.equal(await refusalOf(operations().list, { query: { filter } }), refusal);
    });
  }
});

describe('the pages of the list', () => {
  async function allPages(query: Readonly<Record<string, string>>): Promise<Page[]> {
    const pages = [await list(query)];
    for (let next = pages[0]!.next; next !== undefined; next = pages.at(-1)!.next) {
      pages.push(await list({ ...query, after: next }));
    }
    return pages;
  }

  it('have every match once, whatever the limit, and the first one their number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        async (bad, limit, isFiltered) => {
          sessions = new LiveSessions();
          for (const [index, isBad] of bad.entries()) measure(`s-${index}`, { mos: isBad ? 2 : 4 });
          const expected = bad.flatMap((isBad, index) => (isBad || !isFiltered ? [`s-${index}`] : []));
          const pages = await allPages({
            limit: String(limit),
            ...(isFiltered && { filter: 'metrics.mos < 3' }),
          });
          assert.deepEqual(pages.flatMap(idsOf), expected);
          assert.equal(pages[0]!.total, expected.length);
          assert.deepEqual(
            pages.slice(1).map(({ total }) => total),
            pages.slice(1).map(() => undefined),
          );
          for (const page of pages.slice(0, -1)) assert.equal(page.sessions.length, limit);
          assert.ok(pages.length === 1 || pages.at(-1)!.sessions.length > 0, 'no last page is empty');
        },
      ),
    );
  });

  it('neither repeat nor skip a session when others come and go in between', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) measure(id);
    const first = await list({ limit: '2' });
    clock.advance(5_000);
    happen('a');
    happen('b');
    happen('d');
    measure('f');
    const second = await list({ limit: '2', after: first.next! });
    assert.deepEqual(
      [idsOf(first), idsOf(second)],
      [
        ['a', 'b'],
        ['c', 'e'],
      ],
    );
    assert.deepEqual(idsOf(await list({ limit: '2', after: second.next! })), ['f']);
  });

  it('are not mixed up with those of another process, nor with any other text', async () => {
    measure('a');
    measure('b');
    const { next } = await list({ limit: '1' });
    const message = 'after: not the `next` of an answer of this process; begin anew without it';
    assert.equal(
      await refusalOf(operations('then').list, { query: { after: next! } }),
      `400 bad.cursor: ${message}`,
    );
    for (const after of ['', '1', 'now', 'now-', 'now--1', 'now-1e3', 'now-1x', 'nowx1']) {
      assert.equal(await refusalOf(operations().list, { query: { after } }), `400 bad.cursor: ${message}`);
    }
  });

  it('let others have their turn, and are given up when the client is', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) =>
      qualitySample({ sessionId: `s-${index}`, mos: 4 }),
    );
    sessions.take(qualityBatch(...many), clock.nowMs());
    const client = new AbortController();
    let turnCount = 0;
    const turn = () => {
      turnCount += 1;
      if (turnCount < 10) setImmediate(turn);
    };
    setImmediate(turn);
    const query = { filter: 'metrics.mos < 1' };
    const page = await list(query);
    assert.deepEqual(page, { sessions: [], total: 0 });
    assert.ok(turnCount >= 2, `${turnCount} turns`);
    const pending = callOperation(operations().list, { query, signal: client.signal });
    client.abort(new Error('the client is gone'));
    await assert.rejects(pending, /the client is gone/);
  });
});

describe('one session', () => {
  it('is as in the list, with the ids of its open incidents for who may see incidents', async () => {
    measure('s-1', { agentId: 'agent-7' });
    openIncidents.set('s-1', ['i-1', 'i-2']);
    const { one } = operations();
    const [listed] = (await list()).sessions;
    const path = { id: 's-1' };
    assert.deepEqual(await jsonOf(one, { path, scopes: ['sessions:read'] }), listed);
    assert.deepEqual(await jsonOf(one, { path, scopes: ['sessions:read', 'incidents:read'] }), {
      ...listed,
      openIncidents: ['i-1', 'i-2'],
    });
  });

  it('is not found when it has ended, is silent, or never was', async () => {
    measure('s-1');
    measure('over');
    happen('over');
    clock.advance(60_000);
    for (const id of ['s-1', 'over', 'none', '']) {
      const refusal = await refusalOf(operations().one, { path: { id } });
      assert.equal(refusal, '404 not.found: no such session is live');
    }
  });
});
