// A destination of any vendor, started on a real outbox against a scripted peer.
import type { HttpDestination } from '../../bridge/delivery/http-destination.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import { testHost, testSettings, type TestSettings } from './component-settings.ts';
import { CANARY } from './no-leak.ts';
import { FakeAuth } from './started-webhook.ts';
import type { StoredOutbox } from './stored-outbox.ts';
import { parsedSection, type Vendor } from './vendors.ts';

export interface StartedDestination {
  readonly settings: TestSettings;
  readonly destination: HttpDestination;
  /** Commits transitions as a processor does, and waits for what is then attempted at once. */
  send(...transitions: readonly Transition[]): Promise<void>;
  close(): Promise<void>;
}

export async function startDestination(
  vendor: Vendor,
  stored: StoredOutbox,
  url: string,
  more: object = {},
): Promise<StartedDestination> {
  const settings = testSettings({ id: vendor.factory.type, clock: stored.clock });
  // The pace has tests of its own; here it would only make virtual time pass.
  const section = parsedSection(vendor, url, {
    min_severity: 'warning',
    rate: { requests_per_second: 1_000 },
    ...more,
  });
  const destination = vendor.factory.create(settings, section, stored.outbox) as HttpDestination;
  const sink = stored.outbox.sink('logs', [destination]);
  await destination.start(testHost({ siem: new FakeAuth(CANARY) }));
  return {
    settings,
    destination,
    send: (...transitions) => sink.consume({ transitions, records: [] }),
    async close() {
      await destination.shutdown(AbortSignal.abort());
      await stored.clear();
    },
  };
}
