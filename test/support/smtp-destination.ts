// The exporter `email` as a user configures it, started on a real outbox against a mail server on loopback.
import { emailFactory } from '../../bridge/email/factory.ts';
import type { SendingDestination } from '../../bridge/delivery/sending-destination.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import { testHost, testSettings, type TestSettings } from './component-settings.ts';
import { CANARY } from './no-leak.ts';
import { AUTHORITY_FILE } from './certificates.ts';
import { USERNAME } from './smtp-peer.ts';
import type { StoredOutbox } from './stored-outbox.ts';

export interface StartedEmail {
  readonly settings: TestSettings;
  readonly destination: SendingDestination;
  /** Commits transitions as a processor does. */
  send(...transitions: readonly Transition[]): Promise<void>;
  /** Lets a minute pass, in which everything that failed becomes due, and waits for what is attempted. */
  aMinuteLater(): Promise<void>;
  close(): Promise<void>;
}

/** What stands in the YAML file. */
export function emailSection(port: number, more: object = {}): object {
  return {
    host: 'localhost',
    port,
    ca_file: AUTHORITY_FILE,
    username: USERNAME,
    password: CANARY,
    from: 'WebRTC Alerts <alerts@bridge.example>',
    to: ['oncall@team.example'],
    min_severity: 'warning',
    egress: { allow_loopback: true },
    ...more,
  };
}

export async function startEmail(
  stored: StoredOutbox,
  port: number,
  more: object = {},
): Promise<StartedEmail> {
  const settings = testSettings({ id: 'email', clock: stored.clock });
  const config = emailFactory.configSchema.parse(emailSection(port, more));
  const destination = emailFactory.create(settings, config as never, stored.outbox) as SendingDestination;
  const sink = stored.outbox.sink('logs', [destination]);
  await destination.start(testHost());
  return {
    settings,
    destination,
    send: async (...transitions) => {
      await sink.consume({ transitions, records: [] });
    },
    async aMinuteLater() {
      stored.clock.advance(60_000);
      await destination.flush();
    },
    async close() {
      await destination.shutdown(AbortSignal.abort());
      await stored.clear();
    },
  };
}
