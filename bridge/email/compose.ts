// The bytes of a mail, from what is stored of it: the same at every attempt but for the date.
import MailComposer from 'nodemailer/lib/mail-composer';
import type { StoredMail } from './stored-mail.ts';

export interface MailSender {
  /** The From header: an address, or a name and an address in angle brackets. */
  readonly from: string;
  readonly replyTo: string | undefined;
}

/** A boundary has at most 70 characters (RFC 2046, 5.1.1), of which nodemailer adds a dozen. */
const BOUNDARY_LENGTH = 32;

export function composeMail(
  { to, subject, messageId, opening, text, html }: StoredMail,
  { from, replyTo }: MailSender,
  { idempotencyKey, nowMs }: { readonly idempotencyKey: string; readonly nowMs: number },
): Promise<Buffer> {
  const composer = new MailComposer({
    from,
    replyTo,
    to: [...to],
    subject,
    messageId,
    inReplyTo: opening,
    references: opening,
    date: new Date(nowMs),
    text,
    html,
    // RFC 3834: nobody's holiday notice answers it.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Idempotency-Key': idempotencyKey },
    baseBoundary: idempotencyKey.slice(0, BOUNDARY_LENGTH),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
