// What the receiver's sources have in common: a life, and what they are given to read the platform with.
import type { Settings } from '../../collector/component.ts';
import type { GuardedGetter } from '../../collector/egress/guarded-getter.ts';
import type { GuardedWebSockets } from '../../collector/egress/guarded-web-socket.ts';
import type { ClientAuthenticator } from '../../collector/extension/authenticator.ts';
import type { GenesysTelemetry } from './instruments.ts';
import type { Listening } from './listening.ts';
import type { HistoricalClient } from './platform/historical-client.ts';
import type { PlatformClient } from './platform/platform-client.ts';
import type { RequestQuota } from './platform/request-quota.ts';
import type { PulledIntake, PulledIntakeParts } from './pulled-intake.ts';

/** One way in which the platform is read. The platform need not be there: the first try is made after the start. */
export interface Source {
  start(): void;
  /** Resolves when nothing of it is under way any more. Safe before `start` and twice. */
  stop(): Promise<void>;
}

/** What one source's way on has of its own. */
export interface IntakeOptions {
  /** In place of the receiver's: for sources that see a session more seldom. */
  readonly sessionTimeoutMs?: number;
  /** Called with each record that the platform has told, once, before it goes on. */
  readonly heard?: PulledIntakeParts['heard'];
}

/** What all sources of a receiver are made from. */
export interface SourceParts extends Pick<Settings, 'clock' | 'logger'> {
  /** Where the API is; may have a path. */
  readonly baseUrl: URL;
  readonly authenticator: ClientAuthenticator | undefined;
  /** For what is read without an end. */
  readonly getter: Pick<GuardedGetter, 'get'>;
  /** For what the platform sends by itself. */
  readonly webSockets: Pick<GuardedWebSockets, 'open'>;
  /** For requests that are answered as a whole. */
  readonly platform: PlatformClient;
  /** Shared: the platform counts the requests of a token. */
  readonly quota: RequestQuota;
  /** For questions about the past. */
  readonly historical: Pick<HistoricalClient, 'ask'>;
  readonly telemetry: GenesysTelemetry;
  /**
   * The way on for what a source has read. Each source has one of its own: two of them tell different things of sessions,
   * and each knows by its own listening for how long a session was silent.
   */
  intakeFor(listening: Listening, options?: IntakeOptions): PulledIntake;
  /** The id that is shown of a user: a pseudonym where one is configured. */
  agentIdOf(userId: string): string;
  /** Why a source is not well; undefined when it is. */
  tellStatus(source: string, reason: string | undefined): void;
}
