import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nameHint, nearestName } from '../../../collector/config/nearest-name.ts';

describe('nearestName', () => {
  const rows: [title: string, name: string, candidates: string[], nearest: string | undefined][] = [
    ['a letter too much', 'receiverss', ['receivers', 'exporters'], 'receivers'],
    ['a letter missing', 'webrtcvido', ['webrtcvideo'], 'webrtcvideo'],
    ['two letters swapped count once', 'puase', ['pause'], 'pause'],
    ['case and dashes do not count', 'Max-Sessions', ['max_sessions', 'sessions'], 'max_sessions'],
    ['the nearest of several', 'hold', ['mold_x', 'holt', 'path'], 'holt'],
    ['nothing near', 'prometheus', ['webhook', 'queue'], undefined],
    ['a short name is not near to every other', 'ab', ['xy', 'z'], undefined],
    ['one letter is never turned into another one', 'a', ['b'], undefined],
    ['the name itself is no hint', 'queue', ['queue'], undefined],
    ['no candidates', 'x', [], undefined],
    ['a name longer than anybody mistypes', 'a'.repeat(1024), [`${'a'.repeat(1023)}b`], undefined],
  ];
  for (const [title, name, candidates, nearest] of rows) {
    it(title, () => assert.equal(nearestName(name, candidates), nearest));
  }
});

describe('nameHint', () => {
  it('lists what there is when nothing is near', () => {
    assert.equal(nameHint('prometheus', ['webhook', 'queue'], 'valid types'), 'valid types: webhook, queue');
  });

  it('does not list more than one can read', () => {
    const names = Array.from({ length: 21 }, (_, index) => `component_${index}`);
    assert.equal(nameHint('x', names, 'valid types'), undefined);
  });
});
