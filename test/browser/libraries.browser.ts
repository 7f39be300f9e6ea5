// Four monitoring libraries in real Chromium, unmodified, each with its output handed to the receiver in its own dialect.
// The client module reports the same call under another session: what the receiver makes of both must agree.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../collector/clock.ts';
import type { OpenPage } from '../support/browser-page.ts';
import { inWords, medianOf } from './gauge-points.ts';
import { LiveProduct } from './live-product.ts';
import { LIBRARIES, type Library } from './page/api.ts';

/** Enough to be seen, too little to keep the encoder down. */
const PATH = { lossRatio: 0.05, delayMs: 60 };
/** A call grows for some seconds. */
const SETTLED_AFTER_MS = 6_000;
const LEAST_POINTS = 10;

/** What a dialect refuses in what its library sends, by design. */
const DOCUMENTED_REFUSALS: Readonly<Partial<Record<Library, RegExp>>> = {
  'webrtc-stats-gatherer': /^has no remote track/,
};
/**
 * How far two measurements of one call may be apart that were not taken at the same instants: by so much, or by a quarter.
 * A mistaken unit is off by ten at least.
 */
const TOLERANCES = {
  bitrateKbps: 50,
  lossPercent: 3,
  jitterMs: 15,
  rttMs: 30,
  framesPerSecond: 4,
  mos: 0.7,
} as const;
const TOLERATED_RATIO = 0.25;
type Measurement = Record<keyof typeof TOLERANCES, number>;

/** What differs by more. What both lack agrees. */
function differences(one: Measurement, other: Measurement): string[] {
  return (Object.keys(TOLERANCES) as (keyof Measurement)[]).filter((name) => {
    if (Number.isNaN(one[name]) && Number.isNaN(other[name])) return false;
    const tolerance = Math.max(TOLERANCES[name], other[name] * TOLERATED_RATIO);
    return !(Math.abs(one[name] - other[name]) <= tolerance);
  });
}

describe('the libraries in Chromium', () => {
  const product = new LiveProduct();
  const measured: string[] = [];
  const pages = new Map<Library, OpenPage>();
  let settledAtMs = 0;

  const startCall = async (library: Library, seed: number) => {
    const relay = await product.startRelay(seed);
    const page = await product.openPage(library);
    pages.set(library, page);
    const { publisherPort, subscriberPort } = relay;
    await page.call('startCall', { publisherPort, subscriberPort });
    relay.impair(PATH);
    await page.call('monitorCall', product.target(`own-${library}`));
    await page.call('observeCall', { ...product.target(library), dialect: library });
  };

  before(async () => {
    await product.start();
    await Promise.all(LIBRARIES.map((library, index) => startCall(library, index)));
    settledAtMs = systemClock.nowMs() + SETTLED_AFTER_MS;
  });

  after(async () => {
    await product.close();
    process.stdout.write(measured.map((line) => `measured, ${line}\n`).join(''));
  });

  const points = (name: string, session: string) =>
    product.gauge(`webrtc.video.${name}`, session, settledAtMs);
  const mediansOf = (session: string): Measurement => ({
    bitrateKbps: medianOf(points('bitrate', session)) / 1_000,
    lossPercent: medianOf(points('packet_loss', session)) * 100,
    jitterMs: medianOf(points('jitter', session)) * 1_000,
    rttMs: medianOf(points('round_trip_time', session)) * 1_000,
    framesPerSecond: medianOf(points('frame_rate', session)),
    mos: medianOf(points('mos', session)),
  });

  for (const library of LIBRARIES) {
    it(`send what ${library} measures, and the receiver reads it as it reads the client’s`, async () => {
      await product.until(`values of ${library}`, 60_000, () =>
        [library, `own-${library}`].every((session) => points('bitrate', session).length >= LEAST_POINTS),
      );
      const [theirs, ours] = [mediansOf(library), mediansOf(`own-${library}`)];
      measured.push(`${library}: ${inWords(theirs)}`, `the client beside it: ${inWords(ours)}`);
      // The one that has no frames has no frame rate, rather than a wrong one.
      const expected = library === 'webrtc-stats-gatherer' ? ['framesPerSecond'] : [];
      assert.deepEqual(differences(theirs, ours), expected, `${inWords(theirs)}; ${inWords(ours)}`);
      // Two wrong values may agree.
      assert.ok(ours.lossPercent > 1 && ours.lossPercent < 20, inWords(ours));
      assert.ok(ours.rttMs > PATH.delayMs - 5 && ours.rttMs < PATH.delayMs * 10, inWords(ours));
      assert.ok(ours.framesPerSecond > 12 && ours.framesPerSecond < 30, inWords(ours));
    });

    it(`send what ${library} measures in a form that is taken`, async () => {
      const page = pages.get(library)!;
      const { answers } = page;
      assert.deepEqual(await page.errors(), []);
      assert.deepEqual(
        answers.filter(({ status }) => status !== 200),
        [],
      );
      const reasons = new Set(answers.flatMap(({ rejected }) => rejected.map(({ reason }) => reason)));
      const documented = DOCUMENTED_REFUSALS[library];
      assert.deepEqual(
        [...reasons].filter((reason) => documented?.test(reason) !== true),
        [],
      );
    });
  }
});
