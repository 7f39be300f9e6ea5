// What we send to PagerDuty, against the types of its own client.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readGolden } from '../../support/golden.ts';
import { typeErrors } from '../../support/type-check.ts';

/** The client's types lack two documented fields of a trigger, and ask of a resolution for a payload that is not needed. */
const TYPES = `
import type { event } from '@pagerduty/pdjs';
type VendorsEvent = Parameters<typeof event>[0]['data'];
type Trigger = VendorsEvent & { event_action: 'trigger'; client?: string; client_url?: string };
type Resolution = Omit<VendorsEvent, 'payload'> & { event_action: 'resolve' };
type Expected = Trigger | Resolution;
`;

const bodies = (await readGolden('pagerduty')).flatMap(({ body }) => body);
const trigger = bodies[0] as { readonly payload: object };
const withPayload = (change: object) => ({ ...trigger, payload: { ...trigger.payload, ...change } });
const mistakes: readonly (readonly [rule: string, body: object, error: RegExp])[] = [
  ['a name that it does not know', { ...trigger, dedupkey: 'x' }, /"dedupkey"/],
  ['such a name in the payload', withPayload({ details: {} }), /"details"/],
  ['a severity that it does not know', withPayload({ severity: 'high' }), /"high"/],
  ['a trigger without a payload', { ...trigger, payload: undefined }, /'payload' is missing/],
];
const errors = typeErrors(TYPES, [...bodies, ...mistakes.map(([, body]) => body)]);

describe('the events for PagerDuty', () => {
  it('are what its client takes', () => {
    assert.ok(bodies.length >= 30);
    assert.equal(errors.slice(0, bodies.length).join(''), '');
  });

  for (const [index, [rule, , error]] of mistakes.entries()) {
    it(`would not be with ${rule}`, () => assert.match(errors[bodies.length + index]!, error));
  }
});
