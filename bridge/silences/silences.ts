// The extension `silences`: says what is not to be told now. The windows come from the configuration, the other silences
// over HTTP.
import type { Timer } from '../../collector/clock.ts';
import type { Component, Host, Settings } from '../../collector/component.ts';
import type { ListenAddress } from '../../collector/config/fields.ts';
import type { AuthReference, ServerAuthenticator } from '../../collector/extension/authenticator.ts';
import type { Database } from '../../collector/extension/storage.ts';
import { HttpListener } from '../../collector/http-listener.ts';
import type { Silencer } from '../outbox/silencer.ts';
import type { Transition } from '../transition/transition.ts';
import { AllSilences } from './all-silences.ts';
import { MaintenanceWindow, type WindowTerms } from './maintenance-window.ts';
import type { SilenceOrigin } from './silence.ts';
import { SilenceApi } from './silence-api.ts';
import { SilenceBook } from './silence-book.ts';
import { silenceInstruments, type SilenceInstruments } from './silence-instruments.ts';
import { SILENCES_DATABASE, SILENCES_MIGRATIONS } from './silence-table.ts';
import { SilenceWatch } from './silence-watch.ts';
import { serverAuthBefore, storageBefore } from '../../collector/extension/started-before.ts';
import { Tallies } from './tallies.ts';
import { toldChanges } from './told-changes.ts';

export interface SilencesOptions {
  /** Undefined: no API. */
  readonly endpoint: ListenAddress | undefined;
  readonly auth: AuthReference | undefined;
  readonly maxSilences: number;
  readonly windows: readonly WindowTerms[];
}

/** How late the log is, and what a crash takes of the tallies. What is silenced goes by the clock alone. */
const SWEEP_MS = 5_000;

/** What exists from `start` on. */
interface Parts {
  readonly book: SilenceBook;
  readonly tallies: Tallies;
  readonly silences: AllSilences;
  readonly instruments: SilenceInstruments;
  listener?: HttpListener;
  sweep?: Timer;
}

export class Silences implements Component, Silencer {
  readonly #settings: Settings;
  readonly #options: SilencesOptions;
  readonly #windows: readonly MaintenanceWindow[];
  readonly #watch: SilenceWatch;
  #parts: Parts | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(settings: Settings, options: SilencesOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#windows = options.windows.map((terms) => new MaintenanceWindow(terms));
    this.#watch = new SilenceWatch(settings.logger);
  }

  get boundAddress(): string | undefined {
    return this.#parts?.listener?.boundAddress;
  }

  async start(host: Host): Promise<void> {
    const { id, clock } = this.#settings;
    const { endpoint, auth } = this.#options;
    const authenticator = auth && serverAuthBefore(id, host, auth);
    const database = await storageBefore(id, host).open(SILENCES_DATABASE, {
      migrations: SILENCES_MIGRATIONS,
      survives: 'machine',
    });
    const parts = await this.#load(database);
    this.#parts = parts;
    const nowMs = clock.nowMs();
    const { silences } = parts;
    this.#watch.resume(
      silences.active(nowMs).filter((silence) => silences.tallyOf(silence.id) !== undefined),
    );
    await this.#sweep(parts);
    parts.sweep = clock.every(SWEEP_MS, () => {
      this.#sweeping ??= this.#sweep(parts).finally(() => (this.#sweeping = undefined));
    });
    if (endpoint !== undefined) await this.#serve(parts, endpoint, authenticator);
    this.#settings.reportStatus({ kind: 'ok' });
  }

  silenceOf(transition: Transition, nowMs: number): string | undefined {
    return this.#parts?.silences.lastingFor(transition, nowMs)?.id;
  }

  isActive(silenceId: string, nowMs: number): boolean {
    return this.#parts?.silences.isActive(silenceId, nowMs) ?? false;
  }

  heldBack(silenceId: string, nowMs: number): void {
    const silence = this.#parts?.silences.find(silenceId, nowMs);
    if (this.#parts === undefined || silence === undefined) return;
    this.#parts.tallies.add(silenceId, nowMs);
    this.#parts.instruments.heldBack(silence.origin);
  }

  async flush(): Promise<void> {
    const parts = this.#parts;
    if (parts === undefined) return;
    await parts.book.settled();
    await this.#sweeping;
    await this.#sweep(parts);
  }

  async shutdown(): Promise<void> {
    const parts = this.#parts;
    parts?.sweep?.cancel();
    await parts?.listener?.close();
    await this.flush();
    this.#parts = undefined;
    parts?.instruments.stop();
  }

  async #load(database: Database): Promise<Parts> {
    const { id: extension, clock, meter, logger } = this.#settings;
    const { maxSilences } = this.#options;
    const book = new SilenceBook({ database, clock, extension, maxSilences });
    const tallies = new Tallies(database, extension);
    for (const silence of await book.load()) {
      logger.error({ silence }, 'a stored silence could not be read, and silences nothing');
    }
    await tallies.load();
    const silences = new AllSilences(this.#windows, book, tallies);
    const countActive = (wanted: SilenceOrigin) =>
      silences.active(clock.nowMs()).filter(({ origin }) => origin === wanted).length;
    return { book, tallies, silences, instruments: silenceInstruments(meter, extension, countActive) };
  }

  async #serve(
    parts: Parts,
    { host, port }: ListenAddress,
    authenticator?: ServerAuthenticator,
  ): Promise<void> {
    const { clock, logger } = this.#settings;
    const api = new SilenceApi({
      clock,
      silences: parts.silences,
      changes: toldChanges({
        changes: parts.book,
        watch: this.#watch,
        nowMs: () => clock.nowMs(),
        tallyOf: (id) => parts.silences.tallyOf(id),
      }),
      maxSilences: this.#options.maxSilences,
      authenticator,
      onFault: (error) => logger.error({ err: error }, 'a silence could not be stored'),
    });
    parts.listener = new HttpListener(host, port, (request, response) => void api.handle(request, response));
    await parts.listener.start();
  }

  /** Never rejects: what could not be written is tried again the next time. */
  async #sweep({ book, tallies, silences }: Parts): Promise<void> {
    const { clock, logger } = this.#settings;
    const nowMs = clock.nowMs();
    const active = silences.active(nowMs);
    for (const { id } of active) tallies.begin(id);
    this.#watch.look(active, (id) => silences.tallyOf(id));
    try {
      await book.removeOld();
      const knownIds = silences.knownIds(nowMs);
      await tallies.write((id) => knownIds.has(id));
    } catch (error) {
      logger.error({ err: error }, 'what silences have held back could not be stored; trying again');
    }
  }
}
