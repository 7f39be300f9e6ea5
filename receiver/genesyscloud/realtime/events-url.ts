// The URL of the guide's stream: GET /api/v2/analytics/events/realtime?eventTypes=webrtc,webrtc-video&filter=…
const PATH = '/api/v2/analytics/events/realtime';

export interface EventsQuery {
  readonly eventTypes: readonly string[];
  /** In the guide's notation; absent when everything is wanted. */
  readonly filter?: string | undefined;
}

/** `baseUrl` may have a path of its own, where a gateway serves the API. */
export function eventsUrl(baseUrl: URL, { eventTypes, filter }: EventsQuery): URL {
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/\/+$/, '') + PATH;
  // The comma is the guide's, and stands for itself in a query (RFC 3986, 3.4); of the filter nothing does.
  const query = [`eventTypes=${eventTypes.map(encodeURIComponent).join(',')}`];
  if (filter !== undefined) query.push(`filter=${encodeURIComponent(filter)}`);
  url.search = query.join('&');
  return url;
}
