import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADAPTERS, CREDENTIAL } from '../../support/destination-adapters.ts';
import { requestsOf, rowOf } from '../../support/golden.ts';
import { answerOf, testOutcomes } from '../../support/outcome-table.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

const adapter = ADAPTERS.pagerduty;

interface Event {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
}

function eventsOf(...fields: Parameters<typeof transitionOf>): readonly Event[] {
  return requestsOf(adapter, rowOf(adapter, transitionOf(...fields))).map(
    ({ body }) => JSON.parse(body) as Event,
  );
}

/** Plays events as PagerDuty does, and gives the keys of the alerts that are then open. */
function openAlerts(events: readonly Event[]): readonly string[] {
  const open = new Set<string>();
  for (const { event_action, dedup_key } of events) {
    if (event_action === 'trigger') open.add(dedup_key);
    else open.delete(dedup_key);
  }
  return [...open];
}

describe('what an answer of PagerDuty means', () => {
  const wrongKey = {
    status: 'invalid event',
    errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
  };
  testOutcomes(adapter, [
    [202, { status: 'success', dedup_key: 'k' }, 'delivered', 'it is taken for processing'],
    [
      400,
      { status: 'invalid event', errors: ["'payload.severity' is missing"] },
      'dead',
      'it will never be taken',
    ],
    [400, wrongKey, 'credential', 'the event may be fine, the key is not'],
    [400, '<html>', 'dead', 'an answer without a reason is one all the same'],
    [403, '', 'credential', 'somebody must look at the key'],
    [413, '', 'too_large', 'with fewer details it fits'],
    [500, '', 'retry', 'PagerDuty is at fault'],
  ]);

  it('a 429 without a wish to wait is given a minute', () => {
    const outcome = adapter.outcome(answerOf(429), rowOf(adapter, transitionOf()));
    assert.deepEqual(outcome, { kind: 'retry', reason: 'status 429', retryAfterMs: 60_000 });
  });
});

describe('the events of an incident', () => {
  it('page anew when it escalates: under a key that nobody has acknowledged', () => {
    const [opened] = eventsOf();
    const [escalated] = eventsOf({ kind: 'escalated', sequence: 1, severity: 'critical' });
    assert.deepEqual([opened!.event_action, escalated!.event_action], ['trigger', 'trigger']);
    assert.notEqual(escalated!.dedup_key, opened!.dedup_key);
  });

  it('leave no alert open when it is over, whatever it has been', () => {
    const [opened, escalated, recovered] = incidentStory();
    const deescalated = { ...escalated!, kind: 'deescalated' as const, severity: 'high' as const };
    const lives = [
      [opened!, recovered!],
      [opened!, escalated!, recovered!],
      [opened!, escalated!, deescalated, recovered!],
      [
        { ...opened!, severity: 'warning' as const },
        { ...escalated!, severity: 'high' as const },
        escalated!,
        recovered!,
      ],
      [escalated!, { ...recovered!, kind: 'ended' as const }],
    ];
    for (const life of lives) {
      const sent = life.flatMap((transition) => eventsOf(transition));
      assert.ok(openAlerts(sent.slice(0, -3)).length > 0);
      assert.deepEqual(openAlerts(sent), []);
    }
  });

  it('keep the alert of the incident open when it deescalates, and close only that of the escalation', () => {
    const [opened, escalated] = incidentStory();
    const deescalated = transitionOf({ ...escalated!, kind: 'deescalated', severity: 'high', sequence: 2 });
    const open = openAlerts([opened!, escalated!, deescalated].flatMap((transition) => eventsOf(transition)));
    assert.deepEqual(open, [opened!.incidentId]);
  });

  it('have the routing key when they are sent, and not when they are stored', () => {
    const row = rowOf(adapter, transitionOf());
    assert.ok(!row.body.includes(CREDENTIAL));
    const { body, secrets } = adapter.request(row, 0);
    assert.equal((JSON.parse(body) as Event).routing_key, CREDENTIAL);
    assert.deepEqual(secrets, [CREDENTIAL]);
  });
});
