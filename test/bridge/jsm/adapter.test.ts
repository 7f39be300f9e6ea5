import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { requestsOf, rowOf } from '../../support/golden.ts';
import { answerOf, testOutcomes } from '../../support/outcome-table.ts';
import { incidentStory, transitionOf } from '../../support/transition.ts';

const adapter = ADAPTERS.jsm;

describe('what an answer of JSM means', () => {
  testOutcomes(adapter, [
    [202, { result: 'Request will be processed', requestId: 'r' }, 'delivered', 'it is taken for processing'],
    [401, '', 'credential', 'the key is not known'],
    [403, '', 'credential', 'the integration may not'],
    [404, '', 'dead', 'there is no such API: a create must not vanish'],
    [422, { message: 'Request body is not processable' }, 'dead', 'it will never be taken'],
    [503, '', 'retry', 'JSM is at fault'],
  ]);

  it('404 to the closing of an alert means that it is closed already', () => {
    const recovered = rowOf(adapter, incidentStory()[2]!);
    assert.equal(adapter.outcome(answerOf(404), recovered).kind, 'already_delivered');
  });
});

describe('the calls of an incident', () => {
  it('open an alert of its own for an escalation, and close all by their aliases', () => {
    const aliases = new Set<string>();
    for (const transition of incidentStory()) {
      for (const { url, body } of requestsOf(adapter, rowOf(adapter, transition))) {
        if (url === undefined) aliases.add((JSON.parse(body) as { alias: string }).alias);
        else if (url.pathname.endsWith('/close')) aliases.delete(url.pathname.split('/').at(-2)!);
        if (transition.kind === 'escalated') assert.equal(aliases.size, 2);
      }
    }
    assert.deepEqual([...aliases], []);
  });

  for (const kind of ['updated', 'deescalated'] as const) {
    it(`tell of ${kind} as a note, to an alert that is certain to be open`, () => {
      const transition = transitionOf({ kind, sequence: 1 });
      const [create, note] = requestsOf(adapter, rowOf(adapter, transition));
      assert.equal(create!.url, undefined);
      assert.equal((JSON.parse(create!.body) as { alias: string }).alias, transition.incidentId);
      assert.match(note!.url!.href, /\/alerts\/[0-9a-f]{32}\/notes\?identifierType=alias$/);
    });
  }
});
