import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFilter } from '../../../receiver/filter-expression/compile.ts';
import { GuideDecoder } from '../../../receiver/guide-event/decode-body.ts';
import { DIMENSION_KEYS } from '../../../receiver/sample.ts';

const GUIDE =
  "event.type == 'webrtc-video' && (event.metrics.mos < 3.5 || event.metrics.packetLossPercent > 2.0)";

const decoder = new GuideDecoder({ dimensions: [...DIMENSION_KEYS] });

/** Events come in as they do in earnest. */
function passes(filter: string, fields: Readonly<Record<string, unknown>>): boolean {
  const body = Buffer.from(JSON.stringify({ 'session.id': 's', ...fields }));
  const { records, rejected } = decoder.decode(body, 'json', Date.UTC(2026, 0, 1));
  assert.deepEqual(rejected, []);
  return compileFilter(filter)(records[0]!);
}

const BAD = { type: 'webrtc-video', metrics: { mos: 3.4, packetLossPercent: 0 } };

const ROWS: [rule: string, filter: string, event: Record<string, unknown>, passes: boolean][] = [
  ['a low MOS', GUIDE, BAD, true],
  ['a MOS of exactly 3.5', GUIDE, { type: 'webrtc-video', metrics: { mos: 3.5 } }, false],
  ['a loss beyond 2 %', GUIDE, { type: 'webrtc-video', metrics: { mos: 4, packetLossPercent: 2.1 } }, true],
  ['a loss of exactly 2 %', GUIDE, { type: 'webrtc-video', metrics: { packetLossPercent: 2 } }, false],
  ['a state, which is of another type', GUIDE, { type: 'webrtc', state: 'disconnected' }, false],
  ['flat keys', GUIDE, { type: 'webrtc-video', 'metrics.mos': 3.4 }, true],
  ['an event inside an event', GUIDE, { event: { type: 'webrtc-video', metrics: { mos: 3.4 } } }, true],
  ['a path without "event."', 'metrics.mos < 3.5', BAD, true],
  ['another name of the same field', 'mos < 3.5', BAD, true],
  ['a nested unit', 'metrics.jitter.ms > 30', { metrics: { jitter: { ms: 31 } } }, true],
  ['a nested unit by its flat name', 'jitter_ms > 30', { metrics: { jitter: { ms: 31 } } }, true],
  ['at most, at the limit', 'metrics.mos <= 3.4', BAD, true],
  ['at least, at the limit', 'metrics.mos >= 3.4', BAD, true],
  ['more, at the limit', 'metrics.mos > 3.4', BAD, false],
  ['equal', 'metrics.mos == 3.4', BAD, true],
  ['equal to another', 'metrics.mos == 3.5', BAD, false],
  ['unequal', 'metrics.mos != 3.5', BAD, true],
  ['unequal to the same', 'metrics.mos != 3.4', BAD, false],
  ['missing is not less', 'metrics.rtt.ms < 1000', BAD, false],
  ['missing is not more', 'metrics.rtt.ms >= 0', BAD, false],
  ['missing is not equal', 'metrics.rtt.ms == 0', BAD, false],
  ['missing is not unequal either', 'metrics.rtt.ms != 0', BAD, false],
  ['a missing text is not unequal', "codec != 'VP8'", BAD, false],
  ['a negation lets what is missing pass', '!(metrics.rtt.ms > 300)', BAD, true],
  ['both', 'metrics.mos < 3.5 && metrics.packetLossPercent > 2', BAD, false],
  ['either', 'metrics.mos < 3.5 || metrics.packetLossPercent > 2', BAD, true],
  ['a state by its name', "event.state == 'disconnected'", { type: 'webrtc', state: 'disconnected' }, true],
  ['a state that means the same', "state == 'failed'", { type: 'webrtc', state: 'disconnected' }, true],
  ['another state', "state == 'ended'", { type: 'webrtc', state: 'disconnected' }, false],
  ['a sample has no state', "state != 'ended'", BAD, false],
  ['the type of a state', "type != 'webrtc-video'", { type: 'webrtc', state: 'ended' }, true],
  ['a word of the sender', "media == 'video'", BAD, true],
  ['a flag', "muted == 'true'", { ...BAD, muted: true }, true],
  ['a flag that is off', "muted == 'true'", { ...BAD, muted: false }, false],
  ['a session', "session.id == 's'", BAD, true],
  ['a dimension', "edge == 'fra-3'", { ...BAD, edge: 'fra-3' }, true],
  ['a dimension with a dot', "network.type != 'wifi'", { ...BAD, network: { type: 'cellular' } }, true],
  ['texts by their case', "edge == 'FRA-3'", { ...BAD, edge: 'fra-3' }, false],
];

const REFUSED: [rule: string, filter: string, message: RegExp][] = [
  [
    'a path that is not kept',
    "metrics.mos < 3 && customer.endpoint.ip == 'x'",
    /^column 20: no field of this name/,
  ],
  ['a part of a path', 'metrics < 3', /^column 1: no field/],
  ['a member of every object', 'constructor == 1', /^column 1: no field/],
  ['a time', "timestamp == '2026-01-01'", /^column 1: no field/],
  ['a metric against a text', "metrics.mos == '3'", /^column 16: is compared with a number/],
  ['a text against a number', 'codec == 3', /^column 10: is compared with a text/],
  ['a type that does not exist', "type == 'video'", /^column 9: is none of the words/],
  ['a state that does not exist', "state == 'broken'", /^column 10: is none of the words/],
  ['a flag that is neither', "muted == 'yes'", /^column 10: is none of the words/],
];

describe('a filter lets pass, or not:', () => {
  for (const [rule, filter, event, expected] of ROWS) {
    it(rule, () => assert.equal(passes(filter, event), expected));
  }
});

describe('a filter that no record could be judged by is refused:', () => {
  for (const [rule, filter, message] of REFUSED) {
    it(rule, () => assert.throws(() => compileFilter(filter), { name: 'FilterError', message }));
  }
});
