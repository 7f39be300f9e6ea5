// Baseline: the warnings of Twilio's voice client, from its published rules (twilio-voice.js, StatsMonitor). Of each threshold:
// raised when at least 3 of the last 5 samples cross it, cleared when none of the 5 does, and not within 5 s of raising. Loss
// also by its mean over 7 samples, bytes by how many samples stood still. A missing value in the window: neither.
import type { Call, CallReading } from './call.ts';
import { AlertBook, type Detector } from './detector.ts';

const WINDOW = 5;
const RAISE_COUNT = 3;
const MIN_RAISED_MS = 5_000;
const LOSS_WINDOW = 7;

interface VoiceSample {
  readonly atMs: number;
  readonly jitterMs: number | undefined;
  readonly rttMs: number | undefined;
  readonly lossPercent: number | undefined;
  readonly mos: number | undefined;
  readonly byteCount: number;
}

/** The library takes a sample each second; at the pace of a quality event its windows are five times as long. */
export function twilioWarnings(name: string, everySeconds: number): Detector {
  return {
    name,
    everySeconds,
    watch: (call) => {
      const book = new AlertBook();
      const samples = voiceSamples(call);
      const raisedAtMs = new Map<string, number>();
      for (const index of samples.keys()) {
        const atMs = samples[index]!.atMs;
        const turn = (kind: string, turned: 'raise' | 'clear' | undefined) => {
          if (turned === 'raise' && !book.isUp(kind)) {
            book.raise(kind, atMs);
            raisedAtMs.set(kind, atMs);
          }
          if (turned === 'clear' && atMs - (raisedAtMs.get(kind) ?? 0) >= MIN_RAISED_MS)
            book.clear(kind, atMs);
        };
        const window = samples.slice(Math.max(0, index + 1 - WINDOW), index + 1);
        turn('jitter', threeOfFive(window.map(({ jitterMs }) => above(jitterMs, 30))));
        turn('rtt', threeOfFive(window.map(({ rttMs }) => above(rttMs, 400))));
        turn('packet_loss', threeOfFive(window.map(({ lossPercent }) => above(lossPercent, 1))));
        turn('mos', threeOfFive(window.map(({ mos }) => (mos === undefined ? undefined : mos < 3))));
        turn('mean_packet_loss', meanLoss(samples.slice(Math.max(0, index + 1 - LOSS_WINDOW), index + 1)));
        turn('bytes', stillBytes(window));
      }
      return book.alerts;
    },
  };
}

function threeOfFive(crossed: readonly (boolean | undefined)[]): 'raise' | 'clear' | undefined {
  if (crossed.length < WINDOW || crossed.includes(undefined)) return undefined;
  const count = crossed.filter(Boolean).length;
  if (count >= RAISE_COUNT) return 'raise';
  return count === 0 ? 'clear' : undefined;
}

function meanLoss(window: readonly VoiceSample[]): 'raise' | 'clear' | undefined {
  const losses = window.flatMap(({ lossPercent }) => lossPercent ?? []);
  if (losses.length < LOSS_WINDOW) return undefined;
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  if (mean > 3) return 'raise';
  return mean <= 1 ? 'clear' : undefined;
}

/** Three samples in a row without a byte raise, two in a row with some clear. */
function stillBytes(window: readonly VoiceSample[]): 'raise' | 'clear' | undefined {
  const counts = window.map(({ byteCount }) => byteCount);
  if (counts.length >= 3 && counts.slice(-3).every((count) => count === 0)) return 'raise';
  return counts.length >= 2 && counts.slice(-2).every((count) => count > 0) ? 'clear' : undefined;
}

function above(value: number | undefined, limit: number): boolean | undefined {
  return value === undefined ? undefined : value > limit;
}

function voiceSamples({ entries }: Call): VoiceSample[] {
  const readings = entries.filter((entry): entry is CallReading => entry.kind === 'reading');
  return readings.slice(1).map((now, index) => {
    const [before, present] = [readings[index]!.inbound, now.inbound];
    const grown = (key: 'packetsReceived' | 'packetsLost' | 'bytesReceived') =>
      Math.max(0, (present[key] ?? 0) - (before[key] ?? 0));
    const expected = grown('packetsReceived') + grown('packetsLost');
    // Nothing expected is no loss, in the library.
    const lossPercent = expected === 0 ? 0 : (100 * grown('packetsLost')) / expected;
    const jitterMs = present.jitter === undefined ? undefined : present.jitter * 1_000;
    const rtt = now.remote?.roundTripTime ?? now.path.currentRoundTripTime;
    const rttMs = rtt === undefined ? undefined : rtt * 1_000;
    const mos = voiceMos(rttMs, jitterMs, lossPercent);
    return { atMs: now.atMs, jitterMs, rttMs, lossPercent, mos, byteCount: grown('bytesReceived') };
  });
}

/** Its own simplified E-model, which takes the whole round trip for the delay (twilio-voice.js, rtc/mos.ts). */
function voiceMos(
  rttMs: number | undefined,
  jitterMs: number | undefined,
  lossPercent: number,
): number | undefined {
  if (rttMs === undefined || jitterMs === undefined) return undefined;
  const latencyMs = rttMs + 2 * jitterMs + 10;
  let factor = 94.768;
  if (latencyMs < 160) factor -= latencyMs / 40;
  else factor = latencyMs < 1_000 ? factor - (latencyMs - 120) / 10 : 0;
  factor = lossPercent <= factor / 2.5 ? Math.max(factor - 2.5 * lossPercent, 6.52) : 0;
  return 1 + 0.035 * factor + 7e-6 * factor * (factor - 60) * (100 - factor);
}
