import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';
import { testOutcomes } from '../../support/outcome-table.ts';

const adapter = ADAPTERS.otlp_logs;

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

describe('what an answer of an OTLP receiver means', () => {
  testOutcomes(adapter, [
    [200, {}, 'delivered', 'the record is in'],
    [200, '', 'delivered', 'an empty success is one'],
    [200, { partialSuccess: { errorMessage: 'a warning' } }, 'delivered', 'nothing was rejected'],
    [200, { partialSuccess: { rejectedLogRecords: '1' } }, 'dead', 'a partial success is not retried'],
    [400, '', 'dead', 'it will never be taken'],
    [401, '', 'credential', 'the credential is not known'],
    [413, '', 'too_large', 'with fewer attributes it fits'],
    [500, '', 'dead', 'the specification forbids to retry it'],
    [501, '', 'dead', 'the specification forbids to retry it'],
    [502, '', 'retry', 'a gateway is at fault'],
    [503, '', 'retry', 'too busy'],
    [504, '', 'retry', 'a gateway is at fault'],
  ]);
});

describe('a log record', () => {
  it('has the key as its uid, the name of its event twice, and no name of an attribute twice', () => {
    for (const transition of INCIDENT_CASES.values()) {
      const request = JSON.parse(adapter.render(transition)) as {
        resourceLogs: { scopeLogs: { logRecords: { eventName: string; attributes: Attribute[] }[] }[] }[];
      };
      const { eventName, attributes } = request.resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!;
      const values = new Map(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
      assert.equal(values.size, attributes.length);
      assert.equal(values.get('log.record.uid'), transition.idempotencyKey);
      assert.equal(values.get('event.name'), eventName);
    }
  });

  it('has measurements as doubles even when they are whole, and counts as texts of integers', () => {
    const body = adapter.render(INCIDENT_CASES.get('quality-opened')!);
    assert.match(body, /\{"key":"webrtc\.rtt_ms","value":\{"doubleValue":180\}\}/);
    assert.match(body, /\{"key":"webrtc\.sequence","value":\{"intValue":"0"\}\}/);
  });
});
