import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { INCIDENT_CASES } from '../../support/incident-cases.ts';
import { testOutcomes } from '../../support/outcome-table.ts';

const adapter = ADAPTERS.servicenow;

describe('what an answer of ServiceNow means', () => {
  testOutcomes(adapter, [
    [200, { result: { 'Default Bulk Endpoint': '1 events were inserted' } }, 'delivered', 'the event is in'],
    [201, { records: [{ __status: 'success' }] }, 'delivered', 'the record is in'],
    [200, { records: [{ __status: 'failure', __error: { message: 'no' } }] }, 'dead', 'the record is not'],
    [200, '<html><body>Your instance is hibernating', 'retry', 'nobody was at home'],
    [401, '', 'credential', 'the user is not known'],
    [403, '', 'credential', 'the user lacks the role'],
    [500, '', 'retry', 'ServiceNow is at fault'],
  ]);
});

describe('the event of an incident', () => {
  it('has texts only, a time in GMT without a zone, and the details as a text of JSON', () => {
    for (const transition of INCIDENT_CASES.values()) {
      const { records } = JSON.parse(adapter.render(transition)) as { records: Record<string, unknown>[] };
      for (const value of Object.values(records[0]!)) assert.equal(typeof value, 'string');
      assert.match(String(records[0]!.time_of_event), /^2026-01-11 00:0\d:\d\d$/);
      const details = JSON.parse(String(records[0]!.additional_info)) as object;
      for (const value of Object.values(details)) assert.equal(typeof value, 'string');
    }
  });
});
