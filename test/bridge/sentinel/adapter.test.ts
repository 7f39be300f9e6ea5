import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ingestionUrl } from '../../../bridge/sentinel/adapter.ts';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { testOutcomes } from '../../support/outcome-table.ts';

describe('what an answer of the Logs Ingestion API means', () => {
  testOutcomes(ADAPTERS.sentinel, [
    [204, '', 'delivered', 'the row is in'],
    [400, '', 'dead', 'it will never be taken'],
    [401, '', 'credential', 'the token is for another scope'],
    [403, '', 'credential', 'the role Monitoring Metrics Publisher is missing'],
    [404, '', 'retry', 'the rule or the stream is not there yet'],
    [413, '', 'too_large', 'with fewer details it fits'],
    [500, '', 'retry', 'Azure is at fault'],
  ]);
});

describe('the URL of a stream', () => {
  it('is that of the rule, whether or not the endpoint ends with a slash', () => {
    for (const endpoint of ['https://e.ingest.monitor.azure.com', 'https://e.ingest.monitor.azure.com/']) {
      assert.equal(
        ingestionUrl(endpoint, 'dcr-0f', 'Custom-A_CL').href,
        'https://e.ingest.monitor.azure.com/dataCollectionRules/dcr-0f/streams/Custom-A_CL?api-version=2023-01-01',
      );
    }
  });
});
