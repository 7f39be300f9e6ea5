// What is counted of the API. The one list of these metrics.
import type { Meter } from '@opentelemetry/api';
import { observe } from '../collector/telemetry/names.ts';
import type { GateFault } from './access/token-gate.ts';

export const API_INSTRUMENTS = {
  requests: {
    name: 'webrtc.api.requests',
    kind: 'counter',
    unit: '{request}',
    description:
      'Requests to the API, by operation (its id; token, document, page, or none) and class of the answer: 2xx, 4xx, 5xx, or aborted when the client went before it.',
    attributes: ['extension', 'operation', 'status_class'],
  },
  refusedTokens: {
    name: 'webrtc.api.refused_tokens',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests to the API whose access token was missing, not believed, or not enough, by cause.',
    attributes: ['extension', 'cause'],
  },
  streams: {
    name: 'webrtc.api.streams',
    kind: 'gauge',
    unit: '{stream}',
    description: 'Endless answers of the API that are being read.',
    attributes: ['extension'],
  },
} as const;

export type StatusClass = '2xx' | '4xx' | '5xx' | 'aborted';

export type ApiInstruments = ReturnType<typeof apiInstruments>;

/** `countStreams` is asked whenever somebody looks, until `stop`. */
export function apiInstruments(meter: Meter, extension: string, countStreams: () => number) {
  const counter = (name: 'requests' | 'refusedTokens') =>
    meter.createCounter(API_INSTRUMENTS[name].name, API_INSTRUMENTS[name]);
  const requests = counter('requests');
  const refusedTokens = counter('refusedTokens');
  const end = observe(meter, API_INSTRUMENTS.streams, { extension }, countStreams);
  return {
    answered: (operation: string, statusClass: StatusClass) =>
      requests.add(1, { extension, operation, status_class: statusClass }),
    refusedToken: (cause: GateFault) => refusedTokens.add(1, { extension, cause }),
    stop: end,
  };
}
