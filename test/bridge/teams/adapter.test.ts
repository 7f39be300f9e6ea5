import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { testOutcomes } from '../../support/outcome-table.ts';
import { transitionOf } from '../../support/transition.ts';

const adapter = ADAPTERS.teams;
const behind = (status: number) =>
  `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status} with ContextId tcid=0`;

describe('what an answer of Teams means', () => {
  testOutcomes(adapter, [
    [202, '', 'delivered', 'the workflow runs'],
    [200, '1', 'delivered', 'a connector says it with a number'],
    [200, behind(429), 'retry', 'a connector hides the truth in its text'],
    [200, behind(413), 'too_large', 'a connector hides the truth in its text'],
    [400, '', 'dead', 'it will never be taken'],
    [401, '', 'credential', 'the signature in the URL is not valid any more'],
    [404, '', 'disabled', 'the workflow was removed: somebody will make another'],
    [410, '', 'disabled', 'the connector was removed'],
    [413, '', 'too_large', 'with fewer facts it fits'],
    [502, '', 'retry', 'Microsoft is at fault'],
  ]);
});

describe('a card', () => {
  it('shows what senders wrote as plain text: no block of it knows markdown', () => {
    const body = adapter.render(transitionOf({ subject: '[click](https://evil.example)' }));
    const { attachments } = JSON.parse(body) as { attachments: { content: { body: { type: string }[] } }[] };
    assert.ok(attachments[0]!.content.body.every(({ type }) => type === 'RichTextBlock'));
  });
});
