// The shortcut and the tree must find the same fields, whatever the entry.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ALIASES, FIELD_NAMES } from '../../../receiver/guide-event/alias-table.ts';
import { FIELD } from '../../../receiver/guide-event/field.ts';
import { FieldReader } from '../../../receiver/guide-event/field-reader.ts';
import { readGuideShape } from '../../../receiver/guide-event/guide-shape.ts';

const scalar = fc.oneof(fc.constantFrom(null, true, 'text', '', 4, -1), fc.constant([1]));
/** Mostly an object with the one key; sometimes something else. */
const unit = (key: string) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.record({ [key]: scalar }) },
    { weight: 1, arbitrary: fc.record({ [key]: scalar, other: scalar }) },
    { weight: 1, arbitrary: scalar },
  );

/** What the shortcut knows. */
const guideShape = fc.record(
  {
    type: scalar,
    timestamp: scalar,
    session: unit('id'),
    conversation: unit('id'),
    agent: unit('id'),
    customer: fc.record({ endpoint: fc.record({ ip: scalar }) }),
    metrics: fc.record(
      {
        mos: scalar,
        packetLossPercent: scalar,
        jitter: unit('ms'),
        rtt: unit('ms'),
        bitrate: unit('kbps'),
        framesPerSecond: scalar,
        freezeRatio: scalar,
      },
      { requiredKeys: [] },
    ),
    codec: scalar,
    media: scalar,
    direction: scalar,
    muted: scalar,
    site: scalar,
    region: scalar,
    edge: scalar,
    isp: scalar,
  },
  { requiredKeys: ['session', 'metrics'] },
);
/** What it must leave to the tree. */
const strange = fc.constantFrom<object>(
  {},
  {},
  {},
  { state: 'ended' },
  { session_id: 's-2' },
  { event: { type: 'webrtc' } },
  { 'metrics.mos': 2 },
  { network: { type: 'wifi' } },
  { unknown: 1 },
);
const guideEvent = fc.tuple(guideShape, strange).map(([event, extra]) => ({ ...event, ...extra }));
const entries = fc.oneof(
  guideEvent,
  fc.record({ event: guideEvent }),
  fc.tuple(guideEvent, strange).map(([event, extra]) => ({ event, ...extra })),
  fc.tuple(guideShape, guideShape).map(([outer, event]) => ({ ...outer, event })),
  fc.object({ key: fc.constantFrom('event', 'session', 'id', 'metrics', 'mos', 'jitter', 'ms') }),
);

describe('readGuideShape', () => {
  it('gives what the tree gives, or declines', () => {
    let takenCount = 0;
    fc.assert(
      fc.property(entries, (entry) => {
        const values: unknown[] = new Array<unknown>(FIELD_NAMES.length).fill('left over');
        if (!readGuideShape(entry, values)) return;
        takenCount += 1;
        const reader = new FieldReader();
        reader.readByTree(entry);
        assert.deepEqual(values, reader.values);
        assert.equal(reader.misplacedPath, undefined);
      }),
      { numRuns: 3_000 },
    );
    assert.ok(takenCount > 100, `only ${takenCount} entries were taken`);
  });

  it("takes the guide's own event", () => {
    const event = {
      type: 'webrtc-video',
      timestamp: '2026-01-01T00:00:05Z',
      session: { id: 's-1' },
      agent: { id: 'agent-7' },
      customer: { endpoint: { ip: '203.0.113.9' } },
      metrics: { mos: 3.4, jitter: { ms: 4 }, packetLossPercent: 2, rtt: { ms: 1 }, bitrate: { kbps: 7 } },
    };
    const values: unknown[] = new Array<unknown>(FIELD_NAMES.length);
    assert.ok(readGuideShape(event, values));
    assert.ok(readGuideShape({ event }, values));
    assert.equal(values[FIELD.bitrateKbps], 7);
  });
});

describe('FieldReader', () => {
  it('finds every alias in every way of nesting it', () => {
    const reader = new FieldReader();
    for (const name of FIELD_NAMES) {
      for (const alias of ALIASES[name]) {
        for (const path of [alias, `event.${alias}`]) {
          for (const entry of nestings(path.split('.'))) {
            reader.readByTree(entry);
            assert.equal(reader.values[FIELD[name]], 'here', `${name} in ${JSON.stringify(entry)}`);
          }
        }
      }
    }
  });

  it('has no name that means two fields', () => {
    const names = FIELD_NAMES.flatMap((field) => [...ALIASES[field]]);
    assert.equal(new Set(names).size, names.length);
  });

  it('is not led astray by nesting without end', () => {
    let entry: object = { session: { id: 's' } };
    for (let depth = 0; depth < 100_000; depth += 1) entry = { event: entry, metrics: entry };
    const reader = new FieldReader();
    reader.readByTree(entry);
    assert.equal(reader.values[FIELD.sessionId], undefined);
  });
});

/** All objects that hold 'here' at a path, with any neighbouring segments joined by dots. */
function nestings(segments: readonly string[]): object[] {
  const found: object[] = [];
  for (let length = 1; length <= segments.length; length += 1) {
    const key = segments.slice(0, length).join('.');
    const rest = segments.slice(length);
    if (rest.length === 0) found.push({ [key]: 'here' });
    else for (const inner of nestings(rest)) found.push({ [key]: inner });
  }
  return found;
}
