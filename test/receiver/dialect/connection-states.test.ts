import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionStates } from '../../../receiver/dialect/connection-states.ts';

/** `a:connected b:failed` → what each comes to, `-` for nothing. */
function play(text: string): string {
  const states = new ConnectionStates();
  return text
    .split(' ')
    .map((word) => states.take(word[0]!, word.slice(2)) ?? '-')
    .join(' ');
}

describe('the states of the connections of a call', () => {
  for (const [what, states, events] of [
    [
      'a connection comes, goes and comes back',
      'a:checking a:connected a:disconnected a:connected',
      '- connected disconnected connected',
    ],
    ['completed is connected still', 'a:connected a:completed', 'connected -'],
    [
      'failed after disconnected is told again',
      'a:connected a:disconnected a:failed',
      'connected disconnected disconnected',
    ],
    ['a connection that never was up fails unnoticed', 'a:connecting a:failed a:closed', '- - -'],
    ['one of two goes down', 'a:connected b:connected b:disconnected', 'connected connected disconnected'],
    [
      'one of two that were down comes back',
      'a:connected b:connected a:failed b:failed a:connected b:connected',
      'connected connected disconnected disconnected - connected',
    ],
    [
      'the one that was down is given up',
      'a:connected b:connected b:failed b:closed',
      'connected connected disconnected connected',
    ],
    [
      'a session ends with its last connection',
      'a:connected b:connected a:closed b:closed',
      'connected connected - ended',
    ],
    ['closed twice ends once', 'a:connected a:closed a:closed', 'connected ended -'],
    ['nothing goes down after its end', 'a:connected a:closed a:disconnected', 'connected ended -'],
    ['newer Chrome writes quotes', 'a:"connected" a:"failed"', 'connected disconnected'],
    ['other words say nothing', 'a:connected a:stable a:', 'connected - -'],
  ] as const) {
    it(what, () => assert.equal(play(states), events));
  }

  it('what is no text says nothing', () => {
    assert.equal(new ConnectionStates().take('a', { state: 'connected' }), undefined);
  });
});
