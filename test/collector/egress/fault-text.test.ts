import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultText } from '../../../collector/egress/fault-text.ts';

function coded(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

describe('the text of a fault', () => {
  const rows: [rule: string, fault: unknown, text: string][] = [
    ['its message', new Error('no answer within 3 ms'), 'no answer within 3 ms'],
    [
      'those of its causes after it, three in all',
      new Error('a', { cause: new Error('b', { cause: new Error('c', { cause: new Error('d') }) }) }),
      'a: b: c',
    ],
    [
      'a code that the message does not have',
      coded('other side closed', 'UND_ERR_SOCKET'),
      'other side closed (UND_ERR_SOCKET)',
    ],
    [
      'no code twice',
      coded('connect ECONNREFUSED 10.0.0.1:1', 'ECONNREFUSED'),
      'connect ECONNREFUSED 10.0.0.1:1',
    ],
    ['the code alone when there is no message', coded('', 'ECONNREFUSED'), 'ECONNREFUSED'],
    ['what was thrown when that is no error', 'torn', 'torn'],
  ];
  for (const [rule, fault, text] of rows) it(`has ${rule}`, () => assert.equal(faultText(fault), text));
});
