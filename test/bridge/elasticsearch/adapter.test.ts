import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { testOutcomes } from '../../support/outcome-table.ts';
import { transitionOf } from '../../support/transition.ts';

const adapter = ADAPTERS.elasticsearch;

function item(status: number, type?: string) {
  const error = type === undefined ? undefined : { type, reason: 'why' };
  return {
    took: 3,
    errors: type !== undefined,
    items: [{ create: { _index: 'i', _id: 'k', status, error } }],
  };
}

describe('what an answer of Elasticsearch means', () => {
  testOutcomes(adapter, [
    [200, item(201), 'delivered', 'the document is in'],
    [
      200,
      item(409, 'version_conflict_engine_exception'),
      'already_delivered',
      'its id is its key, and it was in',
    ],
    [200, item(429, 'es_rejected_execution_exception'), 'retry', 'the cluster is busy'],
    [200, item(503, 'unavailable_shards_exception'), 'retry', 'a shard is missing'],
    [200, item(400, 'document_parsing_exception'), 'dead', 'its mapping will never take it'],
    [200, item(403, 'security_exception'), 'credential', 'the key may not write this index'],
    [200, item(404, 'index_not_found_exception'), 'retry', 'somebody will make the index'],
    [200, { took: 3, errors: false, items: [] }, 'retry', 'no word on our document'],
    [200, '<html>', 'retry', 'only the cluster itself can say that it has the document'],
    [401, { error: { type: 'security_exception' } }, 'credential', 'the key is not known'],
    [413, '', 'too_large', 'with fewer details it fits'],
    [503, '', 'retry', 'the cluster is at fault'],
  ]);

  it('names the error in its reason', () => {
    const answer = {
      status: 200,
      excerpt: '',
      body: JSON.stringify(item(400, 'document_parsing_exception')),
    };
    const { reason } = adapter.outcome(answer, {} as never);
    assert.equal(reason, 'item status 400, document_parsing_exception');
  });
});

describe('a bulk request', () => {
  it('is two lines, each with its end, and creates the document under the key', () => {
    const transition = transitionOf();
    const lines = adapter.render(transition).split('\n');
    assert.equal(lines.length, 3);
    assert.equal(lines[2], '');
    assert.deepEqual(JSON.parse(lines[0]!), {
      create: { _index: 'logs-webrtc.alert-default', _id: transition.idempotencyKey },
    });
  });
});
