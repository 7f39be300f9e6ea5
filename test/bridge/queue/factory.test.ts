import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { queueFactory } from '../../../bridge/queue/factory.ts';

describe('the configuration of queue', () => {
  const step = (after: string) => ({ escalation: [{ after, to: ['email/oncall'] }] });
  const rows: [rule: string, section: object, message: RegExp][] = [
    ['an open bind', { endpoint: '0.0.0.0:4320' }, /can be reached from other machines/],
    ['an unknown key', { skil: 'x' }, /skil/],
    ['an empty name', { name: '' }, /name/],
    ['no time to acknowledge', { acknowledge_within: '0s' }, /must be longer than zero/],
    ['a first step after the hold', step('301s'), /the first step must come within max_hold, 300s/],
    ['a first step after a hold of its own', { ...step('61s'), max_hold: '60s' }, /within max_hold, 60s/],
  ];
  for (const [rule, section, message] of rows) {
    it(`refuses ${rule}`, () => {
      const result = queueFactory.configSchema.safeParse(section);
      assert.ok(!result.success);
      assert.match(result.error.message, message);
    });
  }

  const taken: [rule: string, section: object][] = [
    ['a first step at the end of the hold', step('300s')],
    ['a later step after the hold', { escalation: [...step('240s').escalation, ...step('600s').escalation] }],
    ['any first step when the hold has no end', { ...step('1h'), max_hold: '0s' }],
  ];
  for (const [rule, section] of taken) {
    it(`takes ${rule}`, () => assert.ok(queueFactory.configSchema.safeParse(section).success));
  }

  it('has the guide’s values by default', () => {
    const { name, skill, wrap_up, max_hold } = queueFactory.configSchema.parse({}) as Record<string, unknown>;
    assert.deepEqual(
      [name, skill, String((wrap_up as { text: string }).text), (max_hold as { ms: number }).ms],
      ['Video Quality Alerts', 'Video_Ops', '0s', 300_000],
    );
  });
});
