// Sends the samples of a schedule when they are due, tick after tick, and keeps account: of what was sent and how late, and
// when the first degraded sample of each session went out.
import { Agent, request } from 'node:http';
import { sampleOf, sessionId } from './sessions.ts';
import { TICK_MS, type Schedule } from './schedule.ts';
import type { RunningSide } from './side.ts';

/** An answer that takes longer is none. */
const ANSWER_MS = 30_000;

export class Load {
  /** When the first degraded sample of each session was sent, milliseconds since the Unix epoch. */
  readonly firstBadAtMs = new Map<string, number>();
  /** From when a request was due to when it was sent, of each. */
  readonly lagsMs: number[] = [];
  /** From a request to its answer, of each. */
  readonly answersMs: number[] = [];
  sampleCount = 0;
  /** In what the side counts. */
  recordCount = 0;
  /** How many requests were not taken, by why. */
  readonly failures = new Map<string, number>();
  readonly #schedule: Schedule;
  readonly #side: RunningSide;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #underWay = new Set<Promise<void>>();
  readonly #startedAtMs = Date.now();
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Starts at once. */
  constructor(schedule: Schedule, side: RunningSide) {
    this.#schedule = schedule;
    this.#side = side;
    this.#sendDue();
  }

  /** Resolves when so much of the schedule is over. */
  async reaches(offsetMs: number): Promise<void> {
    const leftMs = this.#startedAtMs + offsetMs - Date.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, leftMs)));
  }

  /** Sends nothing more, and resolves when all that was sent has been answered. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.#underWay);
    this.#agent.destroy();
  }

  #sendDue(): void {
    for (;;) {
      const dueAtMs = this.#startedAtMs + this.#tick * TICK_MS;
      const waitMs = dueAtMs - Date.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#sendDue(), waitMs);
        return;
      }
      this.#send(this.#tick, -waitMs);
      this.#tick += 1;
    }
  }

  #send(tick: number, lagMs: number): void {
    const atMs = Date.now();
    const samples = this.#schedule.sessionsOf(tick).map((session) => {
      const isDegraded = this.#schedule.isDegraded(session, tick * TICK_MS);
      const id = sessionId(session);
      if (isDegraded && !this.firstBadAtMs.has(id)) this.firstBadAtMs.set(id, atMs);
      return sampleOf(session, atMs, isDegraded);
    });
    if (samples.length === 0) return;
    const { body, recordCount } = this.#side.encode(samples);
    this.lagsMs.push(lagMs);
    this.sampleCount += samples.length;
    this.recordCount += recordCount;
    const answer = this.#post(body)
      .then(() => void this.answersMs.push(Date.now() - atMs))
      .catch((error: NodeJS.ErrnoException) => {
        const why = error.code ?? error.message;
        this.failures.set(why, (this.failures.get(why) ?? 0) + 1);
      })
      .finally(() => this.#underWay.delete(answer));
    this.#underWay.add(answer);
  }

  #post(body: Uint8Array | string): Promise<void> {
    const { intakeUrl, contentType } = this.#side;
    return new Promise((resolve, reject) => {
      const sent = request(intakeUrl, {
        method: 'POST',
        agent: this.#agent,
        headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body) },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // A server may close an idle connection just when it is used again; a sender has to expect that.
        if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(this.#post(body));
        else reject(error);
      });
      sent.on('response', (response) => {
        response.resume().on('error', reject);
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
        );
      });
      sent.end(body);
    });
  }
}
