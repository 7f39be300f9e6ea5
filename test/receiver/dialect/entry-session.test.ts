// Whose an entry is, through the dialect `getstats` and one with names of its own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Identity } from '../../../receiver/dialect/dialect.ts';
import { getstats } from '../../../receiver/dialect/getstats.ts';
import { peermetrics } from '../../../receiver/dialect/peermetrics.ts';

const AT_MS = Date.UTC(2026, 10, 22, 12);

type Fields = Readonly<Record<string, unknown>>;

/** What the one event of an envelope that says `claims` of itself comes to. */
function decode(claims: Fields, identity?: Identity) {
  const body = { ...claims, reports: [], events: [{ type: 'connected', at_ms: AT_MS }] };
  const { records, refusals } = getstats.decode(body, {
    receivedAtMs: AT_MS,
    ...(identity !== undefined && { identity }),
  });
  return { record: records[0], refusals };
}

describe('the session of an entry', () => {
  it('is what the body says', () => {
    const { record } = decode({ session_id: 's', conversation_id: 'c', agent_id: 'a' });
    assert.deepEqual([record?.sessionId, record?.conversationId, record?.agentId], ['s', 'c', 'a']);
  });

  it('is what is known from elsewhere, whatever the body says', () => {
    const identity = { sessionId: 'known', conversationId: 'c0', agentId: 'a0', dimensions: { site: 'x' } };
    const claims = {
      session_id: 's',
      conversation_id: 'c',
      agent_id: 'a',
      dimensions: { site: 'y', edge: 'e' },
    };
    const { record } = decode(claims, identity);
    assert.deepEqual(
      [record?.sessionId, record?.conversationId, record?.agentId, record?.dimensions],
      ['known', 'c0', 'a0', { site: 'x', edge: 'e' }],
    );
  });

  it('takes from the body what is left open elsewhere', () => {
    const { record } = decode({ session_id: 's', conversation_id: 'c' }, { sessionId: 'known' });
    assert.deepEqual([record?.sessionId, record?.conversationId, record?.agentId], ['known', 'c', undefined]);
  });

  it('must be named somewhere, and the refusal says how', () => {
    for (const claims of [{}, { session_id: '' }, { session_id: null }]) {
      const { record, refusals } = decode(claims);
      assert.equal(record, undefined);
      assert.equal(refusals.length, 1);
      assert.match(refusals[0]?.reason ?? '', /^has no session id: .*session token.*session_id/);
    }
  });

  it('is refused when it can’t be an id, and nothing of it is quoted', () => {
    const cases: readonly (readonly [id: unknown, reason: string])[] = [
      [7, 'must be text'],
      ['x'.repeat(257), 'must have at most 256 characters'],
      ['host 192.0.2.1', 'must not contain an IP address'],
      ['a\nb', 'must not contain control characters'],
    ];
    for (const [id, reason] of cases) {
      const { record, refusals } = decode({ session_id: id });
      assert.equal(record, undefined);
      assert.deepEqual(refusals, [{ index: 0, path: 'session_id', reason }]);
    }
  });

  it('does without another id that can’t be one', () => {
    const { record, refusals } = decode({ session_id: 's', agent_id: 'ada@2001:db8::1' });
    assert.equal(record?.sessionId, 's');
    assert.equal(record?.agentId, undefined);
    assert.deepEqual(refusals, [{ index: 0, path: 'agent_id', reason: 'must not contain an IP address' }]);
  });

  it('has only the dimensions of the list, as text, without addresses', () => {
    const dimensions = {
      site: 'berlin',
      region: 7,
      edge: 'at 192.0.2.1',
      isp: '',
      user: 'ada',
      'client.version': '1.2',
    };
    const { record, refusals } = decode({ session_id: 's', dimensions });
    assert.deepEqual(record?.dimensions, { site: 'berlin', 'client.version': '1.2' });
    assert.deepEqual(refusals, [
      { index: 0, path: 'dimensions.region', reason: 'must be text' },
      { index: 0, path: 'dimensions.edge', reason: 'must not contain an IP address' },
    ]);
  });

  it('is the wrapper’s before it is what the tool calls one', () => {
    const event = { event: 'onconnectionstatechange', tag: 'connection', peerId: 'peer', data: 'connected' };
    const sessionIdOf = (body: unknown) =>
      peermetrics.decode(body, { receivedAtMs: AT_MS }).records.map(({ sessionId }) => sessionId);
    assert.deepEqual(sessionIdOf(event), ['peer']);
    assert.deepEqual(sessionIdOf({ session_id: 'wrapper', events: [event] }), ['wrapper']);
    assert.deepEqual(sessionIdOf({ session_id: 'wrapper', events: [{ ...event, sessionId: 'own' }] }), [
      'own',
    ]);
  });
});
