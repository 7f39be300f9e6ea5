// What the replies of an SMTP server mean (RFC 5321, 4.2 and 4.3.2): what the attempt came to, and for whom it goes on. A
// reply may repeat what we sent: nothing of it but its numbers goes into a reason.
import type { SMTPConnectionSendInfo, SMTPError as SmtpError } from 'nodemailer/lib/smtp-connection';
import { certificateFault } from '../../collector/egress/certificate-fault.ts';
import { faultText } from '../../collector/egress/fault-text.ts';
import { outcomeOfFault, type Outcome } from '../delivery/outcome.ts';

export interface Verdict {
  readonly outcome: Outcome;
  /** Who does not have the mail. */
  readonly recipients: readonly string[];
  readonly status?: number;
  readonly reply?: string;
}

/** RFC 4954, 6: authentication is required, too weak, refused, or in need of encryption. */
const CREDENTIAL_CODES: ReadonlySet<number> = new Set([530, 534, 535, 538]);
/** The session was in another state than we thought: about the connection, not about the mail. */
const BAD_SEQUENCE = 503;
/** More than the storage that the mail is granted; of a recipient it says that the mailbox is full. */
const TOO_LARGE = 552;

/** The mail was taken, for some of its recipients at least. */
export function verdictOfReply({ accepted, response, rejectedErrors = [] }: SMTPConnectionSendInfo): Verdict {
  const status = Number(/^\d{3}/.exec(response)?.[0] ?? 250);
  if (rejectedErrors.length > 0) return verdictOfRejections(rejectedErrors, accepted.length);
  return {
    outcome: { kind: 'delivered', reason: `status ${status}` },
    recipients: [],
    status,
    reply: response,
  };
}

/** It was not, or nobody knows. */
export function verdictOfError(error: unknown, recipients: readonly string[]): Verdict {
  if (!(error instanceof Error)) return { outcome: outcomeOfFault(faultText(error)), recipients };
  const { rejectedErrors, response, responseCode }: SmtpError = error;
  if (rejectedErrors !== undefined && rejectedErrors.length > 0)
    return verdictOfRejections(rejectedErrors, 0);
  return {
    outcome: outcomeOfError(error),
    recipients,
    ...(responseCode !== undefined && { status: responseCode }),
    ...(response !== undefined && { reply: response }),
  };
}

/**
 * As long as one of the rejected may be accepted later, all of them stay: who was refused for good is refused again. In
 * the end the mail is dead for these alone.
 */
function verdictOfRejections(errors: readonly SmtpError[], acceptedCount: number): Verdict {
  const rejected = errors.find(isCredential) ?? errors.find((error) => !isPermanent(error)) ?? errors[0]!;
  const kind = isCredential(rejected) ? 'credential' : isPermanent(rejected) ? 'dead' : 'retry';
  const share = `for ${errors.length} of ${errors.length + acceptedCount} recipients`;
  const { responseCode: status, response: reply } = rejected;
  return {
    outcome: { kind, reason: `${statusText(rejected)} ${share}` },
    recipients: errors.flatMap(({ recipient }) => recipient ?? []),
    ...(status !== undefined && { status }),
    ...(reply !== undefined && { reply }),
  };
}

function outcomeOfError(error: SmtpError): Outcome {
  const { code, command = '', responseCode } = error;
  const reason = `${statusText(error)} to ${command}`;
  if (code === 'EMESSAGE' && responseCode === undefined) {
    return { kind: 'too_large', reason: 'larger than the server takes' };
  }
  if (code === 'EAUTH') return outcomeOfLogin(error);
  if (responseCode === undefined) return outcomeOfFault(faultOf(error));
  if (command === 'STARTTLS')
    return { kind: 'retry', reason: `the server offers no TLS: ${statusText(error)} to STARTTLS` };
  if (isCredential(error)) return { kind: 'credential', reason };
  if (!isPermanent(error)) return { kind: 'retry', reason };
  if (command !== 'MAIL FROM' && command !== 'DATA') return { kind: 'retry', reason };
  if (responseCode === TOO_LARGE) return { kind: 'too_large', reason };
  // The sender is configured: somebody must mend it, and nothing is wrong with the mail.
  if (command === 'MAIL FROM')
    return { kind: 'credential', reason: `the sender is refused: ${statusText(error)}` };
  return { kind: 'dead', reason };
}

function outcomeOfLogin(error: SmtpError): Outcome {
  if (error.responseCode === undefined)
    return { kind: 'credential', reason: 'the server knows no way to log in that we know' };
  const reason = `the login is refused: ${statusText(error)}`;
  return { kind: isPermanent(error) ? 'credential' : 'retry', reason };
}

/** No reply with a status came: the fault of the connection, in words that quote no reply. */
function faultOf(error: SmtpError): string {
  const { response, originalCode = error.code } = error;
  if (response !== undefined) return 'the server answered with something that is not SMTP';
  return certificateFault(originalCode) ?? faultText(error);
}

function isCredential({ responseCode }: SmtpError): boolean {
  return responseCode !== undefined && CREDENTIAL_CODES.has(responseCode);
}

function isPermanent({ responseCode }: SmtpError): boolean {
  return responseCode !== undefined && responseCode >= 500 && responseCode !== BAD_SEQUENCE;
}

/** `status 550 5.1.1`: the code, and the enhanced one of RFC 3463 when there is one. */
function statusText({ response, responseCode }: SmtpError): string {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
  return `status ${responseCode}${enhanced === undefined ? '' : ` ${enhanced}`}`;
}
