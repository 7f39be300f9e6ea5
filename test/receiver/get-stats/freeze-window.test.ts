import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { recentFrozenRatio } from '../../../receiver/get-stats/freeze-slots.ts';
import {
  addInterval,
  CLEAR_WINDOW,
  type FreezeWindow,
  type PictureInterval,
  type StillnessLimits,
} from '../../../receiver/get-stats/freeze-window.ts';

const CAMERA: StillnessLimits = { runningMs: 0, creditedMs: 0 };
const SCREEN: StillnessLimits = { runningMs: 10_000, creditedMs: 5_000 };

/** One interval of 5 s: frames that came, seconds that the counter credited, and whether it was dark or idle. */
interface Told {
  readonly frames?: number | undefined;
  readonly credit?: number | undefined;
  /** To how many freezes; not counted by default. */
  readonly count?: number;
  readonly dark?: 'outage' | 'idle';
  readonly seconds?: number;
}

function intervalOf({ frames, credit, count, dark, seconds = 5 }: Told): PictureInterval {
  return {
    lengthMs: seconds * 1_000,
    frameCount: dark === undefined ? frames : 0,
    isDark: dark !== undefined,
    isIdle: dark === 'idle',
    creditedMs: credit === undefined ? undefined : credit * 1_000,
    creditCount: count,
  };
}

function after(intervals: readonly Told[], limits: StillnessLimits) {
  let window: FreezeWindow = CLEAR_WINDOW;
  const ratios = intervals.map((told) => {
    const verdict = addInterval(window, intervalOf(told), limits);
    window = verdict.window;
    return verdict.freezeRatio;
  });
  return { window, ratios };
}

const ratios = (...intervals: readonly Told[]) => after(intervals, CAMERA).ratios;
const frozenSeconds = (...intervals: readonly Told[]) =>
  after(intervals, CAMERA).window.slots.map(({ frozenMs }) => frozenMs / 1_000);

const MOVES: Told = { frames: 100, credit: 0 };
const STANDS: Told = { frames: 0, credit: 0 };
const OUTAGE: Told = { credit: 0, dark: 'outage' };
const IDLE: Told = { credit: 0, dark: 'idle' };

describe('what a sample tells of a freeze', () => {
  it('is 0 while the picture moves', () => assert.deepEqual(ratios(MOVES), [0]));

  it('is the share of the interval that the counter credits', () => {
    assert.deepEqual(ratios({ frames: 70, credit: 1.5 }), [0.3]);
  });

  it('is 1 at once when no frame comes while bytes flow, though the counter is silent', () => {
    assert.deepEqual(ratios(MOVES, STANDS, STANDS), [0, 1, 1]);
  });

  it('is nothing when nothing arrives: that is an outage', () => {
    assert.deepEqual(ratios(OUTAGE), [undefined]);
  });

  it('is nothing where the browser has no counter and the picture moves', () => {
    assert.deepEqual(ratios({ frames: 100 }), [undefined]);
  });

  it('does not count a freeze twice when the counter catches up', () => {
    // 5 s of it were told in the interval before; 2.38 s are new.
    assert.deepEqual(ratios(STANDS, { frames: 40, credit: 7.38 }), [1, 0.476]);
  });

  it('tells the head of a freeze in the sample in which it became known', () => {
    // From 4 s into the first interval to 3 s into the second.
    assert.deepEqual(ratios(MOVES, { frames: 40, credit: 4 }), [0, 0.8]);
  });

  it('tells what is more than an interval in the next one', () => {
    assert.deepEqual(ratios(MOVES, { frames: 10, credit: 7.5 }, MOVES, MOVES), [0, 1, 0.5, 0]);
  });

  it('takes what was dark off a credit', () => {
    // The last second of the interval before, 5 s of darkness, 2 s until the first key frame.
    assert.deepEqual(ratios(MOVES, OUTAGE, { frames: 60, credit: 8 }), [0, undefined, 0.6]);
  });

  it('has nothing to do with a slot that was not in use, whatever the browser credits afterwards', () => {
    assert.deepEqual(ratios(MOVES, IDLE, IDLE, { frames: 60, credit: 17 }, MOVES), [
      0,
      undefined,
      undefined,
      0,
      0,
    ]);
  });

  it('waits one interval for a counter that lags behind the first frame', () => {
    assert.deepEqual(ratios(STANDS, MOVES, { frames: 100, credit: 5 }), [1, 0, 0]);
  });

  it('forgets what was told of a freeze where the counter was missing when it ended', () => {
    assert.deepEqual(ratios(STANDS, { frames: 100 }, { frames: 40, credit: 3 }), [1, undefined, 0.6]);
  });

  it('is bounded, whatever the browser credits', () => {
    assert.deepEqual(ratios(MOVES, { frames: 10, credit: 100 }, MOVES, MOVES), [0, 1, 1, 0]);
  });

  it('does not wait longer: a later freeze is a new one', () => {
    assert.deepEqual(ratios(STANDS, MOVES, MOVES, { frames: 50, credit: 2.5 }), [1, 0, 0, 0.5]);
  });
});

describe('the recent window', () => {
  it('spreads a credit back over the intervals that it lies in, the newest first', () => {
    assert.deepEqual(frozenSeconds(MOVES, { frames: 10, credit: 7.5 }), [2.5, 5]);
  });

  it('spreads over a running freeze to the interval before it, none beyond its length', () => {
    const second = (told: Told): Told => ({ ...told, seconds: 1 });
    const intervals = [MOVES, STANDS, STANDS, { frames: 10, credit: 3.75 }].map(second);
    assert.deepEqual(frozenSeconds(...intervals), [0.75, 1, 1, 1]);
  });

  it('has no room in a dark interval', () => {
    const short = (told: Told): Told => ({ ...told, seconds: 3 });
    const intervals = [MOVES, OUTAGE, { frames: 10, credit: 8 }].map(short);
    assert.deepEqual(frozenSeconds(...intervals), [2, 0, 3]);
  });

  it('takes back what the browser does not take for a freeze', () => {
    assert.deepEqual(frozenSeconds(STANDS, MOVES), [5, 0]);
    assert.deepEqual(
      frozenSeconds({ ...STANDS, seconds: 4 }, { ...MOVES, seconds: 3 }, { ...MOVES, seconds: 3 }),
      [0, 0, 0],
    );
    assert.deepEqual(frozenSeconds(STANDS, { frames: 50, credit: 4 }), [4, 0]);
  });

  it('keeps what was seen of a freeze where there is no counter to correct it', () => {
    assert.deepEqual(frozenSeconds({ frames: 0 }, { frames: 100 }), [5, 0]);
  });

  it('is the last 10 s, whatever the timers do', () => {
    for (const seconds of [0.98, 1, 1.02]) {
      const { slots } = after(
        Array.from({ length: 30 }, () => ({ ...MOVES, seconds })),
        CAMERA,
      ).window;
      assert.equal(slots.length, 10);
    }
    assert.equal(after([MOVES, MOVES, MOVES], CAMERA).window.slots.length, 2);
    assert.equal(after([MOVES, { ...MOVES, seconds: 60 }], CAMERA).window.slots.length, 1);
    const often = Array.from({ length: 200 }, () => ({ ...MOVES, seconds: 0.1 }));
    assert.equal(after(often, CAMERA).window.slots.length, 20);
  });

  it('counts as full when it has just begun: a stutter of the first second is not a frozen call', () => {
    const { slots } = after([{ frames: 14, credit: 0.3, seconds: 1 }], CAMERA).window;
    assert.equal(recentFrozenRatio(slots), 0.03);
  });
});

describe('a screen share', () => {
  it('may rest for less than 10 s, and is frozen from then on', () => {
    const { ratios, window } = after([MOVES, STANDS, STANDS, STANDS], SCREEN);
    assert.deepEqual(ratios, [0, undefined, 1, 1]);
    assert.equal(recentFrozenRatio(window.slots), 1);
  });

  it('is not frozen by credits below 5 s at one time', () => {
    assert.deepEqual(
      after(
        [
          { frames: 9, credit: 4.9 },
          { frames: 2, credit: 5 },
        ],
        SCREEN,
      ).ratios,
      [0, 1],
    );
  });

  it('is not frozen by as much in short ones: a picture that comes to rest is credited so', () => {
    const short = { frames: 5, credit: 5, count: 5 };
    assert.deepEqual(after([short, { ...short, credit: 24.5 }], SCREEN).ratios, [0, 0]);
    assert.deepEqual(after([{ frames: 5, credit: 10, count: 2 }], SCREEN).ratios, [1]);
    assert.deepEqual(after([{ frames: 5, credit: 5, count: 0 }], SCREEN).ratios, [1]);
  });

  it('begins a new rest after darkness', () => {
    assert.deepEqual(after([STANDS, OUTAGE, STANDS], SCREEN).ratios, [undefined, undefined, undefined]);
  });
});

describe('frozen time is conserved', () => {
  /** A true timeline of one stream, as stretches of seconds, and how a browser counts it. */
  const stretches = fc.array(
    fc.record({
      frozen: fc.boolean(),
      ms: fc.integer({ min: 50, max: 14_000 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  /** Plays alternating stretches at a fixed step; the end always moves for long enough to tell everything. */
  function measure(timeline: readonly { frozen: boolean; ms: number }[], stepMs: number) {
    const joined = [...timeline, { frozen: false, ms: 60_000 }];
    let window = CLEAR_WINDOW;
    let [atMs, toldMs, totalMs, frames, credited, frozenSince] = [0, 0, 0, 0, 0, 0];
    let nextReadingMs = stepMs;
    for (const { frozen, ms } of joined) {
      for (let passed = 0; passed < ms; passed += 10) {
        atMs += 10;
        if (frozen) frozenSince += 10;
        else {
          // The first frame after a freeze brings its credit.
          credited += frozenSince;
          totalMs += frozenSince;
          frozenSince = 0;
          frames += 1;
        }
        if (atMs < nextReadingMs) continue;
        nextReadingMs += stepMs;
        const verdict = addInterval(
          window,
          {
            lengthMs: stepMs,
            frameCount: frames,
            isDark: false,
            isIdle: false,
            creditedMs: credited,
            creditCount: 1,
          },
          CAMERA,
        );
        window = verdict.window;
        toldMs += verdict.freezeRatio! * stepMs;
        for (const slot of window.slots) {
          assert.ok(slot.frozenMs >= 0 && slot.frozenMs <= slot.lengthMs);
        }
        [frames, credited] = [0, 0];
      }
    }
    return { toldMs, totalMs };
  }

  for (const stepMs of [1_000, 5_000]) {
    it(`over the samples of a stream, every ${stepMs / 1_000} s`, () => {
      fc.assert(
        fc.property(stretches, (timeline) => {
          const { toldMs, totalMs } = measure(timeline, stepMs);
          assert.ok(Math.abs(toldMs - totalMs) <= 1, `told ${toldMs} ms of ${totalMs} ms`);
        }),
      );
    });
  }

  it('over the window: never more and never less than the browser has credited or is still to credit', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ frames: fc.constantFrom(0, 5, 20), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        (steps) => {
          let window = CLEAR_WINDOW;
          let stillMs = 0;
          let total = 0;
          for (const { frames, share } of steps) {
            const isStill = frames === 0;
            // A freeze is credited with its first frame; no credit is longer than what stood.
            const credit = isStill ? 0 : stillMs + share * 500;
            total += credit;
            stillMs = isStill ? stillMs + 500 : 0;
            window = addInterval(
              window,
              {
                lengthMs: 500,
                frameCount: frames,
                isDark: false,
                isIdle: false,
                creditedMs: credit,
                creditCount: 1,
              },
              CAMERA,
            ).window;
          }
          const inWindow = window.slots.reduce((sum, { frozenMs }) => sum + frozenMs, 0);
          assert.ok(Math.abs(inWindow - total - stillMs) < 1e-6, `${inWindow} of ${total + stillMs}`);
        },
      ),
    );
  });
});
