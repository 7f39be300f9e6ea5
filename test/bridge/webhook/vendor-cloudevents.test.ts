// Our CloudEvents, parsed and validated by the SDK of the CloudEvents project.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CloudEvent, HTTP } from 'cloudevents';
import { readGolden, type GoldenRequest } from '../../support/golden.ts';

const requests = await readGolden('webhook-cloudevents');

/** Throws when the SDK finds the event invalid. */
function parsed({ headers }: GoldenRequest, body: unknown): CloudEvent<unknown> {
  const event = HTTP.toEvent({ headers: { ...headers }, body: JSON.stringify(body) });
  assert.ok(event instanceof CloudEvent);
  event.validate();
  return event as CloudEvent<unknown>;
}

/** The SDK makes up an id that is missing: only what comes out as it went in was right. */
function assertRight(request: GoldenRequest, body: unknown): void {
  assert.deepEqual(JSON.parse(JSON.stringify(parsed(request, body))), body, request.case);
}

describe('a CloudEvent', () => {
  it('is told from its headers', () => {
    for (const { headers, body } of requests) {
      assert.ok(HTTP.isEvent({ headers: { ...headers }, body: JSON.stringify(body[0]) }));
    }
  });

  it('is parsed and found valid by the SDK, whatever it tells', () => {
    assert.ok(requests.length >= 30);
    for (const request of requests) assertRight(request, request.body[0]);
  });

  it('has for its id the idempotency key, so that the SDK and we mean the same by a repeat', () => {
    for (const request of requests) {
      assert.equal(parsed(request, request.body[0]).id, request.headers['x-idempotency-key']);
    }
  });

  const [request] = requests as [GoldenRequest];
  const event = request.body[0] as object;
  const mistakes: [rule: string, event: object][] = [
    ['without an id', { ...event, id: undefined }],
    ['without a source', { ...event, source: undefined }],
    ['without a type', { ...event, type: undefined }],
    ['with a name that is not in small letters', { ...event, incidentId: 'x' }],
  ];
  for (const [rule, mistaken] of mistakes) {
    it(`would not be right ${rule}`, () => {
      assert.throws(() => assertRight(request, JSON.parse(JSON.stringify(mistaken))));
    });
  }
});
