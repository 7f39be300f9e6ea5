// What the OpenTelemetry SDK complains about, on our own log. The SDK has one such place per process, so only the
// process edge calls this.
import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import type { Logger } from 'pino';

/** Sends the SDK's warnings and errors to `logger`, in place of wherever they went before. */
export function logOtelDiagnostics(logger: Logger): void {
  const child = logger.child({ component: 'opentelemetry' });
  const ignore = () => {};
  const sink: DiagLogger = {
    error: (message, ...details) => child.error({ details: details.map(String) }, message),
    warn: (message, ...details) => child.warn({ details: details.map(String) }, message),
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(sink, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
