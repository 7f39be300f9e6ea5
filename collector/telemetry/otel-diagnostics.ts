// What the OpenTelemetry SDK complains about, on our own log. The SDK has one such place per process, so only the
// process edge calls this.
import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from 'pino';

/** Longest detail; what is longer is a whole answer of somebody. */
const MAX_DETAIL_LENGTH = 200;
/** The SDK hands over a backend's answer that took a part of the points only. */
const PARTIAL_SUCCESS = /^Received Partial Success/;

/** Sends the SDK's warnings and errors to `logger`, in place of wherever they went before. */
export function logOtelDiagnostics(logger: Logger): void {
  const child = logger.child({ component: 'opentelemetry' });
  const ignore = () => {};
  const sink: DiagLogger = {
    error: (message, ...details) => child.error({ details: shown(message, details) }, message),
    warn: (message, ...details) => child.warn({ details: shown(message, details) }, message),
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(sink, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

/** Without what a peer answered: it may be long, and may repeat the credential that it was sent. */
function shown(message: string, details: readonly unknown[]): string[] {
  if (PARTIAL_SUCCESS.test(message)) return [`points rejected: ${rejectedCount(String(details[0]))}`];
  return details.map((detail) =>
    ArrayBuffer.isView(detail) ? `${detail.byteLength} bytes` : String(detail).slice(0, MAX_DETAIL_LENGTH),
  );
}

/** From `{"rejectedDataPoints":"3","errorMessage":"…"}`. A backend that rejects nothing may have said so in words only. */
function rejectedCount(partialSuccess: string): string {
  return /"rejectedDataPoints":"?(\d+)/.exec(partialSuccess)?.[1] ?? '0';
}
