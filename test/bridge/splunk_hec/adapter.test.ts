import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret } from '../../../collector/secret.ts';
import { splunkHecAdapter, type SplunkHecOptions } from '../../../bridge/splunk_hec/adapter.ts';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { rowOf } from '../../support/golden.ts';
import { answerOf, testOutcomes, type OutcomeRow } from '../../support/outcome-table.ts';
import { transitionOf } from '../../support/transition.ts';

const CHANNEL = '2f5c1b8e-6f0d-4b1c-9a52-8a1d3c0f9e77';
const OPTIONS: SplunkHecOptions = {
  endpoint: 'https://splunk.example:8088/',
  token: new Secret('token-of-the-collector'),
  place: { index: '', sourcetype: 'webrtc:incident', host: '' },
  link: '',
};

describe('what an answer of the event collector means', () => {
  /** Status, code and text as Splunk documents them. */
  const codes: readonly [number, number, string, OutcomeRow[2]][] = [
    [200, 0, 'Success', 'delivered'],
    [403, 1, 'Token disabled', 'credential'],
    [401, 2, 'Token is required', 'credential'],
    [401, 3, 'Invalid authorization', 'credential'],
    [403, 4, 'Invalid token', 'credential'],
    [400, 5, 'No data', 'dead'],
    [400, 6, 'Invalid data format', 'dead'],
    [400, 7, 'Incorrect index', 'retry'],
    [500, 8, 'Internal server error', 'retry'],
    [503, 9, 'Server is busy', 'retry'],
    [400, 10, 'Data channel is missing', 'retry'],
    [400, 11, 'Invalid data channel', 'retry'],
    [400, 12, 'Event field is required', 'dead'],
    [400, 13, 'Event field cannot be blank', 'dead'],
    [400, 14, 'ACK is disabled', 'retry'],
    [400, 15, 'Error in handling indexed fields', 'dead'],
    [400, 16, 'Query string authorization is not enabled', 'credential'],
    [503, 18, 'HEC is unhealthy, queues are full', 'retry'],
    [503, 19, 'HEC is unhealthy, ack service unavailable', 'retry'],
    [503, 20, 'HEC is unhealthy, queues are full, ack service unavailable', 'retry'],
  ];
  testOutcomes(ADAPTERS.splunk_hec, [
    ...codes.map(([status, code, text, kind]): OutcomeRow => [status, { text, code }, kind, `code ${code}`]),
    [200, '<html>Welcome', 'retry', 'only Splunk itself can say that it has the event'],
    [413, '', 'too_large', 'a proxy in front of it minds the size'],
    [404, 'not found', 'dead', 'there is no event collector'],
  ]);
});

describe('an event', () => {
  it('has its time in seconds, and its key and incident among the indexed fields, as texts', () => {
    const transition = transitionOf();
    const event = JSON.parse(ADAPTERS.splunk_hec.render(transition)) as {
      time: number;
      fields: Record<string, unknown>;
    };
    assert.equal(event.time, transition.occurredAtMs / 1_000);
    assert.equal(event.fields.idempotency_key, transition.idempotencyKey);
    assert.ok(Object.values(event.fields).every((value) => typeof value === 'string'));
  });
});

describe('the acknowledgement', () => {
  const acknowledgement = { channel: CHANNEL, pollEveryMs: 10_000, timeoutMs: 300_000 };
  const adapter = splunkHecAdapter({ ...OPTIONS, acknowledgement });

  it('is not asked for unless it is configured', () => {
    const plain = splunkHecAdapter(OPTIONS);
    assert.equal(plain.confirmation, undefined);
    assert.equal('x-splunk-request-channel' in plain.request(rowOf(plain, transitionOf()), 0).headers, false);
  });

  it('is asked for in the channel of the event', () => {
    assert.equal(
      adapter.request(rowOf(adapter, transitionOf()), 0).headers['x-splunk-request-channel'],
      CHANNEL,
    );
    const { request, everyMs, timeoutMs } = adapter.confirmation!(
      answerOf(200, { text: 'Success', code: 0, ackId: 7 }),
    )!;
    assert.equal(request.url!.href, 'https://splunk.example:8088/services/collector/ack');
    assert.equal(request.headers['x-splunk-request-channel'], CHANNEL);
    assert.equal(request.body, '{"acks":[7]}');
    assert.deepEqual([everyMs, timeoutMs], [10_000, 300_000]);
  });

  const replies: [reply: unknown, kind: string | undefined][] = [
    [{ acks: { '7': true } }, 'delivered'],
    [{ acks: { '7': false } }, undefined],
    [{ acks: { '8': true } }, undefined],
    [{ text: 'ACK is disabled', code: 14 }, undefined],
    ['not JSON', undefined],
  ];
  for (const [reply, kind] of replies) {
    it(`${JSON.stringify(reply)} means ${kind ?? 'not yet'}`, () => {
      const { outcome } = adapter.confirmation!(answerOf(200, { code: 0, ackId: 7 }))!;
      assert.equal(outcome(answerOf(200, reply))?.kind, kind);
    });
  }

  it('is not to be had of a token that gives no number', () => {
    assert.equal(adapter.confirmation!(answerOf(200, { text: 'Success', code: 0 })), undefined);
  });
});
