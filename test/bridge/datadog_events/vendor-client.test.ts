// What we send to Datadog, read and written again by its own client, which knows every name and every word of an
// enumeration. It holds back what it does not understand: those places must be empty.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { v1, v2 } from '@datadog/datadog-api-client';
import { readGolden } from '../../support/golden.ts';

interface Serializer {
  serialize(data: unknown, type: string, format: string): unknown;
  deserialize(data: unknown, type: string, format?: string): unknown;
}

/** What the client did not understand of `value`, by its path. */
function strangers(value: unknown, path = 'body'): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = `${path}.${name}`;
    const isStrange = name === '_unparsed' || name === '_data' || name === 'additionalProperties';
    return isStrange && inner !== undefined ? [place] : strangers(inner, place);
  });
}

/** Why the client would not have made `body`; undefined when it would. */
function objectionOf(serializer: Serializer, type: string, body: unknown): string | undefined {
  try {
    const read = serializer.deserialize(body, type);
    const unknown = strangers(read);
    if (unknown.length > 0) return `not understood: ${unknown.join(', ')}`;
    assert.deepEqual(serializer.serialize(read, type, ''), body);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** What the client of each version objects to. */
const objections = {
  'datadog_events-v1': (body: unknown) => objectionOf(v1.ObjectSerializer, 'EventCreateRequest', body),
  'datadog_events-v2': (body: unknown) => objectionOf(v2.ObjectSerializer, 'EventCreateRequestPayload', body),
};

// Read before the first test is named: the runner takes a pause between two of them for the end.
const golden = {
  'datadog_events-v1': await readGolden('datadog_events-v1'),
  'datadog_events-v2': await readGolden('datadog_events-v2'),
};

for (const [name, objectionTo] of Object.entries(objections)) {
  describe(`the events of ${name}`, () => {
    it('are what its client reads, and would have written', () => {
      const requests = golden[name as keyof typeof golden];
      assert.ok(requests.length >= 30);
      for (const { case: caseName, body } of requests) {
        assert.equal(objectionTo(body[0]), undefined, caseName);
      }
    });
  });
}

describe("a mistake that Datadog's client finds", () => {
  const eventV1 = { title: 'x', text: 'y', alert_type: 'error' };
  const alert = { status: 'error', priority: '2' };
  const eventV2 = (attributes: object, more: object = {}) => ({
    data: { type: 'event', attributes: { title: 'x', category: 'alert', attributes, ...more } },
  });

  it('is not in a right event', () => {
    assert.equal(objections['datadog_events-v1'](eventV1), undefined);
    assert.equal(objections['datadog_events-v2'](eventV2(alert)), undefined);
  });

  const rows: [rule: string, name: keyof typeof objections, body: object][] = [
    ['an unknown alert_type', 'datadog_events-v1', { ...eventV1, alert_type: 'critical' }],
    ['an unknown name', 'datadog_events-v1', { ...eventV1, agregation_key: 'x' }],
    ['no title', 'datadog_events-v1', { ...eventV1, title: undefined }],
    ['an unknown status', 'datadog_events-v2', eventV2({ ...alert, status: 'critical' })],
    ['an unknown priority', 'datadog_events-v2', eventV2({ ...alert, priority: '7' })],
    ['an unknown name in the alert', 'datadog_events-v2', eventV2({ ...alert, customs: {} })],
    ['an unknown category', 'datadog_events-v2', eventV2(alert, { category: 'alarm' })],
    ['an unknown integration', 'datadog_events-v2', eventV2(alert, { integration_id: 'webrtc' })],
    ['an unknown name', 'datadog_events-v2', eventV2(alert, { texts: 'x' })],
    [
      'a link of an unknown category',
      'datadog_events-v2',
      eventV2({ ...alert, links: [{ category: 'panel', url: 'https://x.example' }] }),
    ],
  ];
  for (const [rule, name, body] of rows) {
    it(`${rule}, in ${name}`, () => {
      assert.notEqual(objections[name](JSON.parse(JSON.stringify(body))), undefined);
    });
  }
});
