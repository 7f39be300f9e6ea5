// Whatever an incident's texts are, what goes out is valid JSON in valid UTF-8 and within the limits of its destination.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_LISTED_INCIDENTS, type Reason, type Transition } from '../../../bridge/transition/transition.ts';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { requestsOf, rowOf } from '../../support/golden.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';
import { transitionOf } from '../../support/transition.ts';

type Name = keyof typeof ADAPTERS;
type Json = Readonly<Record<string, unknown>>;

/** The limits of a request, as documented: bytes of the body, and code points of the text at a path into it. */
interface Limits {
  readonly bytes: number;
  readonly texts?: Readonly<Record<string, number>>;
}

const LIMITS: Readonly<Record<string, Limits>> = {
  'webhook-standard_webhooks': { bytes: 20_000 },
  'webhook-cloudevents': { bytes: 65_536 },
  'webhook-alertmanager': { bytes: 512_000 },
  pagerduty: { bytes: 512_000, texts: { 'payload.summary': 1_024, dedup_key: 255 } },
  jsm: {
    bytes: 100_000,
    texts: { message: 130, description: 15_000, alias: 512, entity: 512, note: 25_000 },
  },
  servicenow: { bytes: 100_000, texts: { 'records.0.description': 4_000 } },
  splunk_hec: { bytes: 1_000_000 },
  'datadog_events-v2': {
    bytes: 1_000_000,
    texts: {
      'data.attributes.title': 500,
      'data.attributes.message': 4_000,
      'data.attributes.aggregation_key': 100,
    },
  },
  'datadog_events-v1': { bytes: 1_000_000, texts: { title: 100, text: 4_000, aggregation_key: 100 } },
  sentinel: { bytes: 1_000_000 },
  elasticsearch: { bytes: 1_000_000 },
  'slack-webhook': { bytes: 200_000, texts: { text: 3_000 } },
  'slack-api': { bytes: 200_000, texts: { text: 3_000 } },
  teams: { bytes: 28_000 },
  otlp_logs: { bytes: 1_000_000 },
};

/** Short ones, and ones that no limit leaves whole; with characters of one to four bytes, quotes, controls, lone halves. */
const wildText = fc
  .tuple(
    fc.string({
      unit: fc.constantFrom('a', '"', '\\', '\n', '\u0000', 'é', '中', '😀', '\ud83d', '<', '&'),
      minLength: 1,
      maxLength: 40,
    }),
    fc.constantFrom(1, 1, 3, 200, 2_000),
  )
  .map(([text, times]) => text.repeat(times));

const IDS = Array.from({ length: 20_000 }, (_, index) => index.toString(16).padStart(32, '0'));

const wildReason: fc.Arbitrary<Reason> = fc.record({
  rule: fc.constantFrom('mos', 'gap', 'disconnected', 'freeze'),
  value: fc.double(),
  threshold: fc.double(),
});

const wildTransition: fc.Arbitrary<Transition> = fc
  .record({
    base: fc.constantFrom(...INCIDENT_CASES.values()),
    subject: wildText,
    agentId: wildText,
    conversationId: wildText,
    environment: wildText,
    dimensions: fc.dictionary(fc.constantFrom('site', 'edge', 'network.type'), wildText),
    reasons: fc.array(wildReason, { maxLength: 12 }),
    members: fc.array(fc.record({ sessionId: wildText, reasons: fc.array(wildReason, { maxLength: 3 }) }), {
      maxLength: 10,
    }),
    counts: fc.dictionary(wildText, fc.nat(), { maxKeys: 30 }),
    listedCount: fc.constantFrom(0, 1, 200, MAX_LISTED_INCIDENTS),
    survivorCount: fc.constantFrom(undefined, 0, 3, MAX_LISTED_INCIDENTS, 20_000),
  })
  .map(({ base, members, counts, listedCount, survivorCount, ...texts }) => ({
    ...transitionOf({ ...base, ...texts }),
    ...(base.group !== undefined && {
      group: {
        memberCount: members.length,
        openCount: members.length,
        listedIds: IDS.slice(0, listedCount),
        ...(survivorCount !== undefined && { survivorIds: IDS.slice(0, survivorCount) }),
        members: members.map((member) => ({ ...member, incidentId: 'i', severity: 'high' as const })),
        breakdown: { bySeverity: {}, byReason: {}, byDimension: { isp: counts } },
      },
    }),
  }));

function at(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Json | undefined)?.[key], body);
}

/** Every text anywhere in it, names of fields included. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.entries(value).flat().flatMap(textsIn) : [];
}

describe('what a destination is sent of any incident', () => {
  for (const [name, { bytes, texts = {} }] of Object.entries(LIMITS)) {
    const adapter = ADAPTERS[name as Name];

    it(`keeps the limits of ${name}, in valid JSON`, () => {
      fc.assert(
        fc.property(wildTransition, (transition) => {
          for (const { body } of requestsOf(adapter, rowOf(adapter, transition))) {
            assert.ok(Buffer.byteLength(body) <= bytes, `${Buffer.byteLength(body)} bytes`);
            assert.equal(Buffer.from(body, 'utf8').toString('utf8'), body, 'valid UTF-8');
            for (const line of body.trimEnd().split('\n')) {
              const document: unknown = JSON.parse(line);
              for (const [path, limit] of Object.entries(texts)) {
                const text = at(document, path);
                if (text === undefined) continue;
                assert.ok([...(text as string)].length <= limit, `${path}: ${[...(text as string)].length}`);
              }
            }
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  it('is never cut within a character', () => {
    const cleanly = wildTransition.filter((transition) =>
      textsIn(transition).every((text) => text.isWellFormed()),
    );
    fc.assert(
      fc.property(cleanly, (transition) => {
        for (const [name, adapter] of Object.entries(ADAPTERS)) {
          for (const line of adapter.render(transition).trimEnd().split('\n')) {
            assert.ok(
              textsIn(JSON.parse(line)).every((text) => text.isWellFormed()),
              name,
            );
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has at most ten fields in a section of Slack, each of 2000 characters, and texts of 3000', () => {
    fc.assert(
      fc.property(wildTransition, (transition) => {
        const { attachments } = JSON.parse(ADAPTERS['slack-api'].render(transition)) as {
          attachments: { blocks: { fields?: { text: string }[]; text?: { text: string } }[] }[];
        };
        for (const { fields = [], text } of attachments[0]!.blocks) {
          assert.ok(fields.length <= 10);
          assert.ok(fields.every((field) => field.text.length <= 2_000));
          assert.ok((text?.text.length ?? 0) <= 3_000);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has at most 8000 bytes of details for JSM, and 64 KB in a column of Sentinel', () => {
    fc.assert(
      fc.property(wildTransition, (transition) => {
        const [call] = ADAPTERS.jsm.render(transition).split('\n');
        const { details } = (JSON.parse(call!) as { body: { details?: object } }).body;
        assert.ok(Buffer.byteLength(JSON.stringify(details ?? {})) <= 8_000);
        const [row] = JSON.parse(ADAPTERS.sentinel.render(transition)) as [Json];
        for (const [column, value] of Object.entries(row)) {
          const text = typeof value === 'string' ? value : JSON.stringify(value);
          assert.ok(Buffer.byteLength(text) <= 64_000, column);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a body that a destination finds too large', () => {
  for (const [name, adapter] of Object.entries(ADAPTERS)) {
    it(`shrinks step by step, and ends, for ${name}`, () => {
      for (const transition of INCIDENT_CASES.values()) {
        let body = adapter.render(transition);
        let steps = 0;
        for (let next = adapter.shrink(body); next !== undefined; next = adapter.shrink(body)) {
          assert.ok(
            Buffer.byteLength(next) < Buffer.byteLength(body),
            `${transition.kind}: it got no smaller`,
          );
          for (const line of next.trimEnd().split('\n')) JSON.parse(line);
          assert.equal(next.includes(transition.incidentId), true, 'the incident keeps its name');
          body = next;
          steps += 1;
          assert.ok(steps < 20);
        }
        if (transition.kind === 'opened') assert.ok(steps > 0, 'nothing was left out');
      }
    });
  }
});
