// The name of a codec: its MIME type, then what sets its variants apart. The format parameters come out of an SDP, so
// only what looks like parameters passes.
import { containsIpAddress } from '../guide-event/ip-address.ts';
import type { StatFields } from './stat-fields.ts';

const MIME_TYPE = /^(?:audio|video)\/[\w.+-]{1,64}$/i;
const FORMAT_PARAMETERS = /^[\w.=;/,+ -]{1,128}$/;
/** The longest attribute that the sample model keeps. */
const MAX_LENGTH = 128;

/** Of a `codec` object, or of one that has its fields: `video/VP8`, `video/H264;profile-level-id=42e01f`. */
export function codecName(fields: StatFields): string | undefined {
  const mimeType = fields.text('mimeType', MIME_TYPE, 'must be a MIME type of audio or video');
  if (mimeType === undefined) return undefined;
  const parameters = fields.text('sdpFmtpLine', FORMAT_PARAMETERS, 'must be format parameters');
  const full = `${mimeType};${parameters ?? ''}`;
  return parameters === undefined || full.length > MAX_LENGTH || containsIpAddress(full) ? mimeType : full;
}
