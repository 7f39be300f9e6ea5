// Where the metrics go, from the keys that a user of the Collector knows.

/** Whether `text` is a URL that metrics can be posted to. */
export function isHttpUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'http:' || protocol === 'https:';
}

/**
 * The URL to post to: `metrics_endpoint` as it stands, else `endpoint` with `/v1/metrics` added. Undefined when both are
 * empty, which switches the exporter off.
 */
export function metricsUrl(config: {
  endpoint: string;
  metrics_endpoint?: string | undefined;
}): URL | undefined {
  const { endpoint, metrics_endpoint: metricsEndpoint = '' } = config;
  if (metricsEndpoint !== '') return new URL(metricsEndpoint);
  if (endpoint === '') return undefined;
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/metrics`;
  return url;
}

/** The URL for logs: without user, password and query, any of which may be a credential. */
export function printableUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}
