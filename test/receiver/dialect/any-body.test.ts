// Whatever a body is, a dialect never throws, and what it lets through is possible and holds no personal data: neither its
// readings and events, nor the samples that the engine derives from them. A failure prints its seed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Dialect } from '../../../receiver/dialect/dialect.ts';
import { CAPTURE_DIALECTS, LIVE_DIALECTS } from '../../../receiver/dialect/registry.ts';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import type { StatsReading } from '../../../receiver/get-stats/reading.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import { later, mutated, mutations } from './body-mutations.ts';
import { fixturesOf } from './dialect-fixtures.ts';

const DIALECTS = [...LIVE_DIALECTS, ...CAPTURE_DIALECTS];
const NOW_MS = Date.UTC(2026, 10, 22, 15);
const IDENTITY = { sessionId: 'known' };

const PERSONAL = /\d{1,3}(?:\.\d{1,3}){3}|2001:db8:|candidate:|typ host|IN IP[46]|ice-ufrag|v=0/;

type SampleNumber =
  'mos' | 'experience' | 'packetLossPercent' | 'jitterMs' | 'rttMs' | 'bitrateKbps' | 'usualBitrateKbps';
const BOUNDS: Readonly<
  Record<SampleNumber | 'framesPerSecond' | 'freezeRatio' | 'framesDroppedPercent', readonly [number, number]>
> = {
  mos: [1, 5],
  experience: [1, 5],
  packetLossPercent: [0, 100],
  jitterMs: [0, 1e6],
  rttMs: [0, 1e6],
  bitrateKbps: [0, 1e7],
  usualBitrateKbps: [0, 1e7],
  framesPerSecond: [0, 1_000],
  freezeRatio: [0, 1],
  framesDroppedPercent: [0, 100],
};

/** Decodes, checks the output, and returns its readings. */
function decodeChecked(dialect: Dialect, body: unknown, isNamed: boolean): readonly StatsReading[] {
  const context = { receivedAtMs: NOW_MS, ...(isNamed && { identity: IDENTITY }) };
  const { records, indexes, refusals } = dialect.decode(body, context);
  assert.equal(indexes.length, records.length);
  for (const index of [...indexes, ...refusals.map((refusal) => refusal.index)]) {
    assert.ok(Number.isInteger(index) && index >= 0);
  }
  for (const record of records) {
    checkValues(record, '');
    assert.ok(Number.isInteger(record.observedAtMs), 'a record has a whole time');
    if (isNamed) assert.equal(record.sessionId, IDENTITY.sessionId);
  }
  assert.doesNotMatch(JSON.stringify([records, refusals]), PERSONAL);
  return records.filter((record) => record.kind === 'reading');
}

/** Numbers are finite and, where nothing else is said, not negative; null is nowhere. */
function checkValues(value: unknown, name: string): void {
  if (typeof value === 'number') {
    assert.ok(Number.isFinite(value), `${name} is ${value}`);
    assert.ok(value >= 0 || name === 'packetsLost', `${name} is ${value}`);
  }
  assert.notEqual(value, null, `${name} is null`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) checkValues(inner, key);
}

function checkSample(sample: QualitySample): void {
  checkValues(sample, '');
  for (const [name, [minimum, maximum]] of Object.entries(BOUNDS)) {
    const value = sample[name as keyof typeof BOUNDS];
    assert.ok(value === undefined || (value >= minimum && value <= maximum), `${name} is ${String(value)}`);
  }
}

/** Everything that bodies of one page, one after the other, come to. */
function playChecked(dialect: Dialect, bodies: readonly unknown[], isNamed: boolean): number {
  const engine = new ReadingEngine({ maxSessions: 100, sessionTimeoutMs: 60_000 });
  let sampleCount = 0;
  for (const body of bodies) {
    const { records } = engine.take(decodeChecked(dialect, body, isNamed), NOW_MS);
    for (const record of records) {
      if (record.kind === 'sample') checkSample(record);
      if (record.kind === 'sample') sampleCount += 1;
    }
    assert.doesNotMatch(JSON.stringify(records), PERSONAL);
  }
  return sampleCount;
}

/** Names that stand in fixtures, so that an invented body is not stopped at its first key. */
function keysOf(value: unknown, keys = new Set<string>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return keys;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) keys.add(key);
    keysOf(inner, keys);
  }
  return keys;
}

describe('any JSON', () => {
  for (const dialect of DIALECTS) {
    it(`is borne by ${dialect.name}`, () => {
      const check = (body: unknown) => {
        dialect.recognises(body);
        playChecked(dialect, [body], true);
      };
      fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), check), { numRuns: 100 });
      const keys = [...keysOf(fixturesOf(dialect.name).map(({ body }) => body))];
      if (keys.length === 0) return;
      const { tree } = fc.letrec((tie) => ({
        tree: fc.oneof(
          { maxDepth: 5, withCrossShrink: true },
          fc.jsonValue({ maxDepth: 1 }),
          fc.array(tie('tree'), { maxLength: 4 }),
          fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 8 }),
        ),
      }));
      fc.assert(fc.property(tree, check), { numRuns: 100 });
    });
  }
});

describe('a body that is nearly right', () => {
  for (const dialect of DIALECTS) {
    for (const { name, body } of fixturesOf(dialect.name)) {
      it(`gives nothing impossible and nothing personal: ${dialect.name}, ${name}`, () => {
        const bodies = [0, 5_000, 10_000].map((byMs) => later(body, byMs));
        fc.assert(
          fc.property(fc.tuple(mutations, mutations, mutations), fc.boolean(), (changes, isNamed) => {
            const changed = bodies.map((each, position) => mutated(each, changes[position]!));
            dialect.recognises(changed[0]);
            playChecked(dialect, changed, isNamed);
          }),
          { numRuns: 100 },
        );
      });
    }
  }

  it('still gives samples when it is right, so that something was checked', () => {
    for (const dialect of LIVE_DIALECTS) {
      const counts = fixturesOf(dialect.name).map(({ body }) =>
        playChecked(
          dialect,
          [0, 5_000].map((byMs) => later(body, byMs)),
          true,
        ),
      );
      assert.ok(Math.max(...counts) > 0, dialect.name);
    }
  });
});
