// The request for one page of conversations, as the platform documents it.
import type { PlatformRequest } from '../platform/platform-client.ts';
import { askedInterval, type DetailsWindow, PAGE_SIZE } from './details-window.ts';

export function detailsRequest(window: DetailsWindow, filterMosBelow: number | undefined): PlatformRequest {
  const { fromMs, toMs } = askedInterval(window);
  const isoOf = (atMs: number) => new Date(atMs).toISOString();
  const dimension = 'mediaStatsMinConversationMos';
  return {
    method: 'POST',
    path: '/api/v2/analytics/conversations/details/query',
    body: {
      interval: `${isoOf(fromMs)}/${isoOf(toMs)}`,
      // The oldest first: what becomes known late stands at the end and moves nothing.
      order: 'asc',
      orderBy: 'conversationStart',
      paging: { pageSize: PAGE_SIZE, pageNumber: window.page },
      ...(filterMosBelow !== undefined && {
        conversationFilters: [
          { type: 'and', predicates: [{ type: 'dimension', dimension, range: { lt: filterMosBelow } }] },
        ],
      }),
    },
  };
}
