// Microsoft Sentinel as a destination, through the Logs Ingestion API of Azure Monitor.
import type { DestinationAdapter } from '../delivery/adapter.ts';
import { urlBelow } from '../delivery/destination-config.ts';
import { outcomeOfStatus } from '../delivery/outcome.ts';
import { linkOf } from '../rendering/link.ts';
import { rowOf, shrunkRow } from './row.ts';

const API_VERSION = '2023-01-01';

/** The URL of one stream of a data collection rule. */
export function ingestionUrl(endpoint: string, ruleId: string, stream: string): URL {
  const url = urlBelow(
    endpoint,
    `dataCollectionRules/${encodeURIComponent(ruleId)}/streams/${encodeURIComponent(stream)}`,
  );
  url.searchParams.set('api-version', API_VERSION);
  return url;
}

export function sentinelAdapter({ link }: { readonly link: string }): DestinationAdapter {
  return {
    render: (transition) => rowOf(transition, linkOf(link, transition)),
    request: ({ body }) => ({ headers: { 'content-type': 'application/json' }, body }),
    outcome: ({ status, retryAfterMs }) =>
      // The rule or its stream is not there: a mistake of the configuration, which somebody will mend.
      status === 404
        ? { kind: 'retry', reason: 'status 404: no such data collection rule or stream' }
        : outcomeOfStatus(status, retryAfterMs),
    shrink: shrunkRow,
  };
}
