import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { queueFactory } from '../../../bridge/queue/factory.ts';

describe('the configuration of queue', () => {
  const rows: [rule: string, section: object, message: RegExp][] = [
    ['an open bind', { endpoint: '0.0.0.0:4320' }, /can be reached from other machines/],
    ['an unknown key', { skil: 'x' }, /skil/],
    ['an empty name', { name: '' }, /name/],
  ];
  for (const [rule, section, message] of rows) {
    it(`refuses ${rule}`, () => {
      const result = queueFactory.configSchema.safeParse(section);
      assert.ok(!result.success);
      assert.match(result.error.message, message);
    });
  }
});
