// A sender as it should be: what was not acknowledged is sent again, byte for byte, until it is, and nothing after it
// goes out before.
import assert from 'node:assert/strict';
import { encodeGuideEvent } from '../../receiver/guide-event/encode.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import type { MortalCollector } from './mortal-collector.ts';

/** In which lives of the collector a body was sent for the first time, and acknowledged. */
export interface Receipt {
  readonly firstSentEpoch: number;
  readonly acknowledgedEpoch: number;
  readonly attemptCount: number;
}

/** An answer takes milliseconds; one that takes this long will never come. */
const PATIENCE_MS = 20_000;
/** Before the same body is sent again to a life that has not ended. */
const PAUSE_MS = 20;

export async function sendUntilAcknowledged(
  collector: MortalCollector,
  records: readonly (QualitySample | SessionEvent)[],
): Promise<Receipt> {
  const body = JSON.stringify(records.map(encodeGuideEvent));
  let firstSentEpoch: number | undefined;
  for (let attemptCount = 1; ; attemptCount += 1) {
    const { epoch, receiver } = await collector.up();
    firstSentEpoch ??= epoch;
    if (await isAcknowledged(`http://${receiver}/v1/events`, body)) {
      return { firstSentEpoch, acknowledgedEpoch: epoch, attemptCount };
    }
    if (collector.epoch === epoch) await deathOrPause(collector);
  }
}

async function isAcknowledged(url: string, body: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  let status: number;
  let text: string;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    status = response.status;
    text = await response.text();
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') throw error;
    // Cut off: it may have been taken, and it may not.
    return false;
  }
  assert.equal(status, 200, text);
  assert.deepEqual((JSON.parse(text) as { rejected: unknown }).rejected, [], 'nothing sent was malformed');
  return true;
}

/** A cut connection is mostly the first sign of a death that the system has yet to report. */
function deathOrPause(collector: MortalCollector): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      collector.events.off('died', done);
      resolve();
    };
    const timer = setTimeout(done, PAUSE_MS);
    collector.events.once('died', done);
  });
}
