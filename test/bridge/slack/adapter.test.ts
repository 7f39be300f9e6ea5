import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ADAPTERS } from '../../support/destination-adapters.ts';
import { testOutcomes } from '../../support/outcome-table.ts';
import { transitionOf } from '../../support/transition.ts';

describe("what an answer of Slack's webhook means", () => {
  testOutcomes(ADAPTERS['slack-webhook'], [
    [200, 'ok', 'delivered', 'the one word that says so'],
    [200, 'okay', 'retry', 'any other is not it'],
    [200, '', 'retry', 'nothing was said'],
    [400, 'invalid_payload', 'dead', 'it will never be taken'],
    [400, 'no_text', 'dead', 'it will never be taken'],
    [403, 'action_prohibited', 'credential', 'an administrator forbids it'],
    [404, 'no_service', 'disabled', 'the webhook was removed'],
    [404, 'no_team', 'disabled', 'the workspace is gone'],
    [404, 'channel_not_found', 'disabled', 'the channel was removed'],
    [410, 'channel_is_archived', 'disabled', 'the channel was archived'],
    [410, '', 'disabled', 'it says that it is gone'],
    [500, 'rollup_error', 'retry', 'Slack is at fault'],
  ]);
});

describe("what an answer of Slack's Web API means", () => {
  testOutcomes(ADAPTERS['slack-api'], [
    [200, { ok: true, ts: '1' }, 'delivered', 'the message is in the channel'],
    [200, { ok: false, error: 'ratelimited' }, 'retry', 'too fast'],
    [200, { ok: false, error: 'internal_error' }, 'retry', 'Slack is at fault'],
    [200, { ok: false, error: 'invalid_auth' }, 'credential', 'the token is not known'],
    [200, { ok: false, error: 'is_archived' }, 'disabled', 'the channel was archived'],
    [200, { ok: false, error: 'channel_not_found' }, 'credential', 'a private one that the bot is not in'],
    [200, { ok: false, error: 'not_in_channel' }, 'credential', 'somebody must invite the bot'],
    [200, { ok: false, error: 'msg_too_long' }, 'too_large', 'with fewer details it fits'],
    [200, { ok: false, error: 'invalid_blocks' }, 'dead', 'it will never be taken'],
    [
      200,
      { ok: false, error: 'something_new' },
      'dead',
      'an error that nobody knows is shown, not repeated for ever',
    ],
    [200, { ok: false }, 'dead', 'no is no, without a word too'],
    [200, '<html>', 'retry', 'that was not Slack'],
    [503, '', 'retry', 'Slack is at fault'],
  ]);
});

describe('a message', () => {
  it('names the channel only where there is none already', () => {
    const [api, webhook] = (['slack-api', 'slack-webhook'] as const).map(
      (name) => JSON.parse(ADAPTERS[name].render(transitionOf())) as object,
    );
    assert.ok('channel' in api! && !('channel' in webhook!));
  });

  it('lets a session id neither mention a channel nor end a link', () => {
    const body = ADAPTERS['slack-api'].render(transitionOf({ subject: '<!here> |>' }));
    assert.doesNotMatch(body, /<!here/);
    assert.match(body, /<https:[^|>]*\|Dashboard>/);
  });
});
