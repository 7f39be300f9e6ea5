import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTE } from '../../../receiver/session-gauges/catalogue.ts';
import { ShownSeries } from '../../../receiver/session-gauges/shown-series.ts';

const MOS = 1;
const LOSS = 2;

function described(id: string, codec = 'VP8'): Attributes {
  return { [ATTRIBUTE.sessionId]: id, [ATTRIBUTE.codec]: codec };
}

/** One export: the sessions by row, each with the gauges that had a value. */
function exported(
  shown: ShownSeries,
  sessions: readonly (readonly [row: number, attributes: Attributes, gauges: number])[],
): void {
  const rows = Int32Array.from(sessions, ([row]) => row);
  const series = shown.begin(
    rows,
    sessions.map(([, attributes]) => attributes),
    [1, 0],
  );
  for (const [index, [, , gauges]] of sessions.entries()) series[index]!.exported |= gauges;
}

function delivered(shown: ShownSeries, sessions: Parameters<typeof exported>[1]): void {
  exported(shown, sessions);
  shown.delivered();
}

function ended(shown: ShownSeries): [unknown, unknown, number][] {
  return shown
    .ended()
    .map(({ attributes, told, exported: now }) => [
      attributes[ATTRIBUTE.sessionId],
      attributes[ATTRIBUTE.codec],
      told & ~now,
    ]);
}

describe('ShownSeries', () => {
  it('names what was delivered and is exported no more, gauge by gauge', () => {
    const shown = new ShownSeries();
    const first = described('s-1');
    delivered(shown, [
      [0, first, MOS | LOSS],
      [1, described('s-2'), MOS],
    ]);
    assert.deepEqual(ended(shown), []);
    delivered(shown, [[0, first, LOSS]]);
    assert.deepEqual(ended(shown), [
      ['s-1', 'VP8', MOS],
      ['s-2', 'VP8', MOS],
    ]);
  });

  it('names it again until told that it was said', () => {
    const shown = new ShownSeries();
    delivered(shown, [[0, described('s-1'), MOS | LOSS]]);
    exported(shown, []);
    shown.ended()[0]!.told &= ~MOS;
    exported(shown, []);
    assert.deepEqual(ended(shown), [['s-1', 'VP8', LOSS]]);
    shown.ended()[0]!.told &= ~LOSS;
    exported(shown, []);
    assert.deepEqual(ended(shown), []);
  });

  it('names a gauge again while its session goes on and the end was not said', () => {
    const shown = new ShownSeries();
    const first = described('s-1');
    delivered(shown, [[0, first, MOS | LOSS]]);
    delivered(shown, [[0, first, LOSS]]);
    delivered(shown, [[0, first, LOSS]]);
    assert.deepEqual(ended(shown), [['s-1', 'VP8', MOS]]);
    delivered(shown, [[0, first, MOS | LOSS]]);
    assert.deepEqual(ended(shown), []);
  });

  it('never names what was not delivered', () => {
    const shown = new ShownSeries();
    exported(shown, [[0, described('s-1'), MOS]]);
    exported(shown, []);
    assert.deepEqual(ended(shown), []);
  });

  it('remembers what was delivered before an export that was not', () => {
    const shown = new ShownSeries();
    const first = described('s-1');
    delivered(shown, [[0, first, MOS]]);
    exported(shown, [[0, first, LOSS]]);
    exported(shown, []);
    assert.deepEqual(ended(shown), [['s-1', 'VP8', MOS]]);
  });

  it('knows a session again that stands in another row, with the gauges that it lacks', () => {
    const shown = new ShownSeries();
    delivered(shown, [[1, described('s-1'), MOS | LOSS]]);
    delivered(shown, [
      [0, described('s-1'), MOS],
      [1, described('s-2'), MOS],
    ]);
    assert.deepEqual(ended(shown), [['s-1', 'VP8', LOSS]]);
  });

  it('keeps every description of a session apart, and takes up the one that comes back', () => {
    const shown = new ShownSeries();
    for (const codec of ['VP8', 'VP9', 'AV1']) delivered(shown, [[0, described('s-1', codec), MOS]]);
    assert.deepEqual(ended(shown), [
      ['s-1', 'VP8', MOS],
      ['s-1', 'VP9', MOS],
    ]);
    delivered(shown, [[0, described('s-1', 'VP8'), MOS]]);
    assert.deepEqual(ended(shown), [
      ['s-1', 'VP9', MOS],
      ['s-1', 'AV1', MOS],
    ]);
  });

  it('lets what has waited longest go when too much is waiting, and counts its series', () => {
    const shown = new ShownSeries(2);
    const withdrawn = (id: string, codec: string, gauges: number) => {
      delivered(shown, [[0, described(id, codec), gauges]]);
      exported(shown, []);
    };
    withdrawn('s-1', 'VP8', MOS | LOSS);
    withdrawn('s-2', 'VP8', MOS);
    assert.equal(shown.takeLeftOutCount(), 0);
    withdrawn('s-3', 'VP8', MOS);
    assert.deepEqual(ended(shown), [
      ['s-2', 'VP8', MOS],
      ['s-3', 'VP8', MOS],
    ]);
    assert.equal(shown.takeLeftOutCount(), 2);
    assert.equal(shown.takeLeftOutCount(), 0);
    withdrawn('s-3', 'VP9', MOS);
    withdrawn('s-3', 'AV1', MOS);
    assert.deepEqual(ended(shown), [
      ['s-3', 'VP9', MOS],
      ['s-3', 'AV1', MOS],
    ]);
    assert.equal(shown.takeLeftOutCount(), 2);
  });

  it('makes room by what was said and by what came back', () => {
    const shown = new ShownSeries(2);
    const gone = (id: string) => {
      delivered(shown, [[0, described(id), MOS]]);
      exported(shown, []);
    };
    gone('s-1');
    gone('s-2');
    for (const series of shown.ended()) series.told = 0;
    gone('s-3');
    gone('s-4');
    exported(shown, [[0, described('s-4'), 0]]);
    gone('s-5');
    assert.equal(shown.takeLeftOutCount(), 1, 's-4 was taken up and withdrawn again, so s-3 is the oldest');
    assert.deepEqual(ended(shown), [
      ['s-4', 'VP8', MOS],
      ['s-5', 'VP8', MOS],
    ]);
  });
});
