// The parts of the configuration that a trial needs, and no others: one destination, never started, and the one extension
// that it gets its credential from.
import { createNoopMeter } from '@opentelemetry/api';
import type { Clock } from '../../collector/clock.ts';
import type { Component, Host, Settings } from '../../collector/component.ts';
import type { CollectorConfig } from '../../collector/config/model.ts';
import type { AuthReference } from '../../collector/extension/authenticator.ts';
import { createLogger } from '../../collector/telemetry/logs.ts';
import { SendingDestination } from '../delivery/sending-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import { Outbox } from '../outbox/outbox.ts';

/** The destination, or why it can't be tried. */
export function createDestination(
  id: string,
  config: CollectorConfig,
  clock: Clock,
): SendingDestination | string {
  const configured = config.exporters.get(id);
  if (configured === undefined) {
    return `no exporter "${id}" is configured; there are ${[...config.exporters.keys()].join(', ')}`;
  }
  if (configured.factory.signal !== 'logs') return `exporter "${id}" takes no incidents`;
  const settings = settingsOf(id, config, clock);
  // Never started: what a destination does of its own accord would need its database.
  const component = configured.factory.create(settings, configured.config as never, new Outbox(settings));
  if (component instanceof SendingDestination) return component;
  if (component instanceof SwitchedOffDestination) {
    return `exporter "${id}" is switched off: its endpoint or credential is empty`;
  }
  return `exporter "${id}" sends nothing over HTTP or SMTP, so there is nothing to try`;
}

/** A host with the one extension that the destination asks for, started; it is added to `started`. */
export async function hostFor(
  id: string,
  config: CollectorConfig,
  clock: Clock,
  started: Component[],
): Promise<Host> {
  const { auth } = config.exporters.get(id)!.config as { readonly auth?: AuthReference };
  const extensions = new Map<string, Component>();
  const host: Host = {
    extension: (name) => extensions.get(name),
    extensions,
    hub: () => undefined,
    health: { report: () => ({ status: 'ok', components: new Map() }) },
  };
  const configured = auth && config.extensions.get(auth.authenticator);
  if (configured === undefined) return host;
  const extension = configured.factory.create(
    settingsOf(configured.id, config, clock),
    configured.config as never,
  );
  started.push(extension);
  await extension.start(host);
  extensions.set(configured.id, extension);
  return host;
}

function settingsOf(id: string, config: CollectorConfig, clock: Clock): Settings {
  return {
    id,
    clock,
    logger: createLogger('error', clock),
    meter: createNoopMeter(),
    telemetry: { collect: () => Promise.reject(new Error('a command has no telemetry')) },
    resourceAttributes: config.service.telemetry.resource,
    reportStatus() {},
    crashPoint() {},
  };
}
