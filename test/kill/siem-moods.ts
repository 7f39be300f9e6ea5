// A SIEM that is hard to please, by a seed: busy, broken, forgetful of its answers, and at times not there at all.
import type { Siem, SiemAnswer } from '../support/siem.ts';
import type { Seeded } from './seeded.ts';

const BUSY: SiemAnswer = { status: 429, headers: { 'retry-after': '1' } };

/** Answers with all that a SIEM may answer short of refusing a transition for good. `isDown`: every connection is cut. */
export function moody(siem: Siem, random: Seeded, isDown: () => boolean): (key: string) => SiemAnswer {
  return (key) => {
    const mood = random.fraction();
    if (isDown()) return 'reset';
    if (siem.effects.has(key) && mood < 0.2) return 409;
    if (mood < 0.58) return 200;
    if (mood < 0.74) return 'processed-then-reset';
    if (mood < 0.82) return 'reset';
    if (mood < 0.94) return random.pick([500, 502, 503, 408, 425]);
    return mood < 0.97 ? 'hang' : BUSY;
  };
}

/** Fails in one way after another, the same way each time. */
export function stubborn(): () => SiemAnswer {
  const answers: readonly SiemAnswer[] = [503, 200, 'processed-then-reset', 200, 'reset', 429, 200];
  let count = 0;
  return () => answers[count++ % answers.length]!;
}
