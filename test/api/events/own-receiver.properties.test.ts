import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DIMENSION_KEYS, type QualitySample, type SessionEvent } from '../../../receiver/sample.ts';
import { SAMPLE_START_MS } from '../../support/quality-sample.ts';
import { asHeard, hear, NDJSON_TYPE, OpenStreams, type Heard } from './open-streams.ts';

const SCOPES = ['realtime:read', 'sessions:read'] as const;

const identity = {
  sessionId: fc.stringMatching(/^[\w/#=-]{1,20}$/),
  dimensions: fc
    .record(Object.fromEntries(DIMENSION_KEYS.map((key) => [key, fc.stringMatching(/^[a-z]{1,8}(-\d)?$/)])), {
      requiredKeys: [],
    })
    .map((dimensions) => ({ ...dimensions })),
};
const ids = { conversationId: fc.stringMatching(/^[\w-]{1,20}$/), agentId: fc.constant('agent-7') };

const sample = fc
  .record(
    {
      ...identity,
      ...ids,
      mos: fc.double({ min: 1, max: 5, noNaN: true }),
      jitterMs: fc.integer({ min: 0, max: 500 }),
      experience: fc.constantFrom(1, 2.5, 5),
      outage: fc.boolean(),
      muted: fc.boolean(),
      codec: fc.constantFrom('video/VP8', 'video/H264'),
      boundary: fc.constantFrom('mute', 'ice_restart'),
    },
    { requiredKeys: ['sessionId', 'dimensions', 'jitterMs'] },
  )
  .map(
    (fields) =>
      ({
        kind: 'sample',
        media: 'camera',
        direction: 'inbound',
        ...fields,
        ...(fields.mos !== undefined && { mosSource: 'reported' }),
      }) as QualitySample,
  );
const event = fc
  .record(
    { ...identity, ...ids, type: fc.constantFrom('connected', 'disconnected', 'muted', 'ended') },
    { requiredKeys: ['sessionId', 'dimensions', 'type'] },
  )
  .map((fields) => ({ kind: 'event', ...fields }) as SessionEvent);

/** Each at an instant of its own, so that all are new. */
const records = fc.array(fc.oneof(sample, event), { maxLength: 40 }).map((all) =>
  all.map((record, index) => {
    const observedAtMs = SAMPLE_START_MS + index;
    return { ...record, observedAtMs, receivedAtMs: observedAtMs };
  }),
);

const byText = (record: unknown): string => {
  const entries = Object.entries(record as object).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(entries);
};
const sameRecords = (heard: Heard['records'], sent: readonly (QualitySample | SessionEvent)[]) =>
  assert.deepEqual(
    heard.map((record) => byText(asHeard(record))),
    sent.map((record) => byText(asHeard(record))),
  );

describe('our own receiver', () => {
  it('reads from server-sent events what was sent, however often the connection breaks and where', async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.array(
          fc.record({
            count: fc.integer({ min: 1, max: 9 }),
            keptPart: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
        ),
        async (sent, breaks) => {
          const streams = new OpenStreams();
          const heard: Heard['records'][number][] = [];
          const resumption: Heard['resumption'] = {};
          const first = await streams.open({ scopes: SCOPES });
          await first.leave();
          hear(first.client.text, first.contentType, resumption);
          let at = 0;
          for (const { count, keptPart } of [...breaks, { count: sent.length, keptPart: 1 }]) {
            const headers = { 'last-event-id': resumption.lastEventId! };
            const { client, contentType, ...stream } = await streams.open({ scopes: SCOPES, headers });
            streams.bring(...sent.slice(at, at + count));
            at += count;
            await streams.pass(50);
            const text = client.text.slice(0, Math.ceil(client.text.length * keptPart));
            const { records: some, rejectedCount } = hear(text, contentType, resumption);
            assert.equal(rejectedCount, 0);
            heard.push(...some);
            assert.equal(stream.fault, undefined);
          }
          sameRecords(heard, sent);
          assert.equal(resumption.retryMs, 3_000);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reads from NDJSON what was sent', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (sent) => {
        const streams = new OpenStreams();
        const { client } = await streams.open({ scopes: SCOPES, headers: { accept: NDJSON_TYPE } });
        streams.bring(...sent);
        await streams.pass(20_000);
        const { records: heard, rejectedCount } = hear(client.text, NDJSON_TYPE);
        assert.equal(rejectedCount, 0);
        sameRecords(heard, sent);
      }),
      { numRuns: 30 },
    );
  });
});
