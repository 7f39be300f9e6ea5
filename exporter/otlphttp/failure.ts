// Why an export failed, in words for the log. Peers may answer with what we sent them, so credentials are masked.
import { OTLPExporterError } from '@opentelemetry/otlp-exporter-base';

const MAX_ANSWER_LENGTH = 200;
/** Shorter header values, such as a tenant's number, are no credentials, and masking them would garble the text. */
const MIN_SECRET_LENGTH = 8;

export interface ExportFailure {
  readonly reason: string;
  /** Of an answer that must not be tried again; absent when there was no answer, or only ones that ask to come later. */
  readonly status?: number;
}

/** `sentHeaderValues` are those of the failed request. */
export function describeFailure(error: unknown, sentHeaderValues: readonly string[]): ExportFailure {
  if (error instanceof OTLPExporterError && error.code !== undefined) {
    const answer = masked(`${error.message} ${error.data ?? ''}`, sentHeaderValues);
    return { reason: `HTTP ${error.code} ${answer}`.trim(), status: error.code };
  }
  if (!(error instanceof Error)) return { reason: masked(String(error), sentHeaderValues) };
  // Connecting to a name with several addresses fails with an error that has a code and no message.
  const { code } = error as NodeJS.ErrnoException;
  return { reason: masked(error.message || code || error.name, sentHeaderValues) };
}

function masked(text: string, sentHeaderValues: readonly string[]): string {
  let result = text.replace(/[^\x21-\x7e]+/g, ' ');
  for (const value of sentHeaderValues) {
    for (const secret of [value, ...value.split(' ')]) {
      if (secret.length >= MIN_SECRET_LENGTH) result = result.replaceAll(secret, '[REDACTED]');
    }
  }
  return result.slice(0, MAX_ANSWER_LENGTH).trim();
}
