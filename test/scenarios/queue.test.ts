// The queue in the whole process: from a degraded session to the operator who looks after it.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Alert } from '../../bridge/queue/alert-table.ts';
import { Scenario } from '../support/scenario.ts';
import { START_MS } from '../support/timeline.ts';

let scenario: Scenario;

beforeEach(async () => {
  scenario = await Scenario.start();
});

afterEach(() => scenario.close());

const root = () => `http://${scenario.collector.component('exporter:queue')!.boundAddress!}/v1/queue`;

async function ask(method: string, path: string, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${root()}/${path}`, { method, headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  await scenario.settle();
  return response.status;
}

async function alerts(): Promise<readonly Alert[]> {
  return ((await (await fetch(root())).json()) as { alerts: Alert[] }).alerts;
}

const comes = (operator: string) =>
  ask('PUT', `operators/${operator}`, { skills: ['Video_Ops'], status: 'available' });

const lines = async () =>
  (await alerts()).map(({ session_id, status, assigned_to, resolved_by }) =>
    [session_id, status, assigned_to, resolved_by].filter((part) => part !== undefined).join(' '),
  );

const health = () => scenario.collector.host.health.report().components.get('exporter:queue');

describe('a degraded session and the operators', () => {
  it('is given to the longest available as soon as it is confirmed; acknowledged; and resolved by its recovery', async () => {
    await comes('zoe');
    await scenario.advance(1_000);
    await comes('ada');
    const fromMs = scenario.clock.nowMs();
    await scenario.play('5..40: bad');
    assert.deepEqual(await lines(), ['s-1 assigned zoe']);
    assert.ok(scenario.clock.nowMs() - fromMs < 60_000);
    const [alert] = await alerts();
    assert.match(alert!.notes, /^\{"mos":/);
    const act = (action: string, operator: string) =>
      ask('POST', `alerts/${alert!.incident_id}/${action}`, { operator });
    assert.equal(await act('acknowledge', 'ada'), 409);
    assert.equal(await act('acknowledge', 'zoe'), 200);
    assert.deepEqual(await lines(), ['s-1 acknowledged zoe']);
    await scenario.play('45..80: ok; 81: !ended');
    assert.deepEqual(await lines(), ['s-1 resolved zoe']);
    await scenario.play('100..140: bad', 's-2');
    assert.deepEqual((await lines()).toSorted(), ['s-1 resolved zoe', 's-2 assigned ada']);
  });

  it('goes from one who does not respond to the next, and makes the queue unhealthy when nobody does', async () => {
    await comes('zoe');
    await scenario.advance(1_000);
    await comes('ada');
    await scenario.play('5..300: bad');
    assert.deepEqual(await lines(), ['s-1 open']);
    assert.equal(health()?.kind, 'ok');
    await scenario.play('305..345: bad');
    assert.equal(health()?.kind, 'unhealthy');
    await scenario.play('350..385: ok');
    assert.equal(health()?.kind, 'ok');
    assert.deepEqual(await lines(), ['s-1 resolved']);
  });

  it('waits with its operator over a restart of the process', async () => {
    await comes('zoe');
    await scenario.play('5..40: bad');
    await scenario.stop();
    const { clock, siem, directory } = scenario;
    scenario = await Scenario.start({ clock, siem, directory });
    await scenario.settle();
    assert.deepEqual(await lines(), ['s-1 assigned zoe']);
    assert.ok(clock.nowMs() > START_MS);
  });
});
