// The exporter `webhook` as a user configures it, started on a real outbox, with a credential that a test can change.
import type { Component } from '../../collector/component.ts';
import type { ClientAuthenticator } from '../../collector/extension/authenticator.ts';
import type { HttpDestination } from '../../bridge/delivery/http-destination.ts';
import type { TransitionSink } from '../../bridge/transition/batch.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import { webhookFactory } from '../../bridge/webhook/factory.ts';
import { testHost, testSettings, type TestSettings } from './component-settings.ts';
import { StoredOutbox } from './stored-outbox.ts';

const LOOPBACK = { allow_http: true, allow_loopback: true };

/** An authenticating extension whose token a refresh may change. */
export class FakeAuth implements Component, ClientAuthenticator {
  token: string;
  /** What a refresh gives; undefined when there is no other token. */
  nextToken: string | undefined;
  refreshCount = 0;
  /** The headers that the last refresh was asked for. */
  refused: Readonly<Record<string, string>> | undefined;
  fault: Error | undefined;

  constructor(token: string) {
    this.token = token;
  }

  headers(): Promise<Record<string, string>> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    return Promise.resolve({ authorization: `Bearer ${this.token}` });
  }

  refresh(refused?: Readonly<Record<string, string>>): Promise<boolean> {
    this.refreshCount += 1;
    this.refused = refused;
    if (this.nextToken === undefined) return Promise.resolve(false);
    this.token = this.nextToken;
    this.nextToken = undefined;
    return Promise.resolve(true);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

export interface StartedWebhook {
  readonly stored: StoredOutbox;
  readonly settings: TestSettings;
  readonly destination: HttpDestination;
  readonly sink: TransitionSink;
  /** Commits transitions as a processor does. */
  send(...transitions: readonly Transition[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * `section` is what stands in the YAML file, as an object; sending to loopback is allowed. An outbox that is brought
 * along is emptied in the end, one that is not is removed.
 */
export async function startWebhook(
  url: string,
  {
    section = {},
    auth,
    shared,
  }: { section?: object; auth?: Component & ClientAuthenticator; shared?: StoredOutbox } = {},
): Promise<StartedWebhook> {
  const stored = shared ?? (await StoredOutbox.open());
  const leave = () => (shared === undefined ? stored.close() : shared.clear());
  const settings = testSettings({ id: 'webhook', clock: stored.clock });
  const config = webhookFactory.configSchema.parse({
    endpoint: url,
    egress: LOOPBACK,
    ...(auth !== undefined && { auth: { authenticator: 'siem' } }),
    ...section,
  });
  const destination = webhookFactory.create(settings, config as never, stored.outbox) as HttpDestination;
  const sink = stored.outbox.sink('logs', [destination]);
  try {
    await destination.start(testHost(auth === undefined ? {} : { siem: auth }));
  } catch (error) {
    await leave();
    throw error;
  }
  return {
    stored,
    settings,
    destination,
    sink,
    send: (...transitions) => sink.consume({ transitions, records: [] }),
    async close() {
      await destination.shutdown(AbortSignal.abort());
      await leave();
    },
  };
}
