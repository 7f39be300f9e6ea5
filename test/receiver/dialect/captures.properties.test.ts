// Whatever a file holds, the dialects of recorded calls neither throw nor pass on what can't be.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CAPTURE_DIALECTS, LIVE_DIALECTS, recogniseDialect } from '../../../receiver/dialect/registry.ts';
import { decodeCall, fixtureBody, samplesOf } from './recorded-call.ts';

const bodies: Readonly<Record<string, unknown>> = {
  'rtcstats-jitsi': fixtureBody('rtcstats-jitsi/one-stream.ndjson'),
  'rtcstats-file': fixtureBody('rtcstats-file/compressed.jsonl'),
  'webrtc-internals': fixtureBody('webrtc-internals/chromium-156.json'),
  series: fixtureBody('series/relay-outage-1-cut.json'),
};

describe('the dialects of recorded calls', () => {
  for (const dialect of CAPTURE_DIALECTS) {
    const body = bodies[dialect.name];

    it(`${dialect.name} alone recognises its own`, () => {
      const recognising = [...CAPTURE_DIALECTS, ...LIVE_DIALECTS].filter((each) => each.recognises(body));
      assert.deepEqual(
        recognising.map(({ name }) => name),
        [dialect.name],
      );
      assert.equal(recogniseDialect(body, 'live'), undefined);
    });

    it(`${dialect.name} makes samples of it`, () => {
      assert.ok(samplesOf(decodeCall(dialect, body)).length > 0);
    });

    it(`${dialect.name} leaves a body as it was`, () => {
      const before = JSON.stringify(body);
      decodeCall(dialect, body);
      assert.equal(JSON.stringify(body), before);
    });

    it(`${dialect.name} takes or refuses any JSON`, () => {
      fc.assert(
        fc.property(
          fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()), fc.array(fc.array(fc.jsonValue()))),
          (any) => {
            check(dialect.name, any);
          },
        ),
        { numRuns: 200 },
      );
    });

    it(`${dialect.name} takes or refuses what is broken anywhere`, () => {
      const mutation = fc.record({ at: fc.nat(), value: hostile });
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 8 }), (mutations) => {
          const broken = structuredClone(body);
          for (const { at, value } of mutations) replaceAt(broken, at, value);
          check(dialect.name, broken);
        }),
        { numRuns: dialect.name === 'webrtc-internals' ? 25 : 100 },
      );
    });
  }
});

const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, -1, 1e308, -1e308, 0.5, '', '203.0.113.7', 'v=0', '[1,2', '["a",null]', true, [], {}),
  fc.jsonValue(),
);

function check(name: string, body: unknown): void {
  const dialect = CAPTURE_DIALECTS.find((each) => each.name === name)!;
  dialect.recognises(body);
  const output = decodeCall(dialect, body);
  assert.equal(output.indexes.length, output.records.length);
  for (const record of output.records) {
    assert.ok(Number.isSafeInteger(record.observedAtMs), `observed at ${record.observedAtMs}`);
  }
  for (const sample of samplesOf(output)) {
    for (const [key, value] of Object.entries(sample) as [string, unknown][]) {
      if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, `${key} is ${value}`);
    }
  }
  assert.doesNotMatch(JSON.stringify([output.records, output.refusals]), /203\.0\.113|v=0/);
}

/** Replaces one value somewhere in `body`: each nested value is one place, counted in the order of a walk. */
function replaceAt(body: unknown, at: number, value: unknown): void {
  const places: (() => void)[] = [];
  const walk = (parent: unknown) => {
    if (typeof parent !== 'object' || parent === null) return;
    for (const key of Object.keys(parent)) {
      places.push(() => void Reflect.set(parent, key, value));
      walk(Reflect.get(parent, key));
    }
  };
  walk(body);
  if (places.length > 0) places[at % places.length]!();
}
