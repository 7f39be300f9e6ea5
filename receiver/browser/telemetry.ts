// What this receiver counts of itself, beside what all receivers of pushed records count.
import type { Settings } from '../../collector/component.ts';
import { createPushTelemetry } from '../http/telemetry.ts';
import type { Boundary } from '../sample.ts';
import type { TokenFault } from './session-token.ts';

export type BrowserTelemetry = ReturnType<typeof createBrowserTelemetry>;

export function createBrowserTelemetry(settings: Pick<Settings, 'meter' | 'id'>) {
  const { meter, id: receiver } = settings;
  const boundaries = meter.createCounter('webrtc.receiver.boundaries', {
    unit: '{boundary}',
    description: 'Pairs of readings of one stream across which nothing was derived.',
  });
  const refusedTokens = meter.createCounter('webrtc.receiver.refused_tokens', {
    unit: '{request}',
    description: 'Requests whose session token was missing, not believed, or of another session.',
  });
  const overBudget = meter.createCounter('webrtc.receiver.over_budget', {
    unit: '{request}',
    description: 'Requests that were refused because a session had sent too much within a minute.',
  });
  return {
    ...createPushTelemetry(settings),
    boundary: (cause: Boundary, amount: number) => boundaries.add(amount, { receiver, cause }),
    refusedToken: (cause: TokenFault | 'other_session') => refusedTokens.add(1, { receiver, cause }),
    overBudget: () => overBudget.add(1, { receiver }),
  };
}
