// Attempts at one mail server: a stored mail, composed and submitted to those who do not have it yet. Knows no outbox and
// no retries; one try at one row is all it does.
import type { Settings } from '../../collector/component.ts';
import { readAuthorities } from '../../collector/egress/authorities.ts';
import { textExcerpt } from '../delivery/excerpt.ts';
import { RequestPace } from '../delivery/request-pace.ts';
import type { Attempts } from '../delivery/sending-destination.ts';
import type { AttemptRecord, OutboxRow } from '../outbox/outbox-store.ts';
import { composeMail, type MailSender } from './compose.ts';
import { SmtpClient, type SmtpClientOptions, type SmtpServer } from './smtp-client.ts';
import { verdictOfError, verdictOfReply, type Verdict } from './smtp-verdict.ts';
import { parseMail, withRecipients, type StoredMail } from './stored-mail.ts';

export interface MailAttemptsOptions
  extends Pick<SmtpClientOptions, 'server' | 'egress' | 'timeoutMs'>, MailSender {
  /** The address of the envelope, without a name. */
  readonly envelopeFrom: string;
  /** Empty: the usual authorities are trusted. */
  readonly caFile: string;
  /** Undefined: as fast as it goes. */
  readonly requestsPerSecond: number | undefined;
}

export class MailAttempts implements Attempts {
  readonly #settings: Settings;
  readonly #options: MailAttemptsOptions;
  readonly pace: RequestPace;
  readonly #secrets: readonly string[];
  #client: SmtpClient | undefined;

  constructor(settings: Settings, options: MailAttemptsOptions) {
    this.#settings = settings;
    this.#options = options;
    this.pace = new RequestPace(settings.clock, options.requestsPerSecond);
    this.#secrets = secretsOf(options.server);
  }

  async open(): Promise<void> {
    const { server, egress, timeoutMs, caFile } = this.#options;
    const ca = caFile === '' ? undefined : await readAuthorities(caFile);
    this.#client = new SmtpClient({ server, ca, egress, timeoutMs, clock: this.#settings.clock });
  }

  async attempt(row: OutboxRow, signal: AbortSignal): Promise<AttemptRecord> {
    const { clock } = this.#settings;
    // As for HTTP: waiting for the turn is no part of the attempt.
    await this.pace.turn(signal);
    const startedAtMs = clock.nowMs();
    const mail = parseMail(row.body);
    const { outcome, recipients, status, reply } = await this.#submit(mail, row, signal);
    const isSmaller = recipients.length > 0 && recipients.length < mail.recipients.length;
    return {
      startedAtMs,
      durationMs: clock.nowMs() - startedAtMs,
      outcome,
      ...(status !== undefined && { status }),
      ...(reply !== undefined && { excerpt: textExcerpt(reply, this.#secrets) }),
      ...(isSmaller && { remainingBody: withRecipients(row.body, recipients) }),
    };
  }

  close(): Promise<void> {
    this.#client?.close();
    this.#client = undefined;
    return Promise.resolve();
  }

  async #submit(mail: StoredMail, { idempotencyKey }: OutboxRow, signal: AbortSignal): Promise<Verdict> {
    const { recipients } = mail;
    try {
      if (this.#client === undefined) throw new Error('the destination has not been started');
      const nowMs = this.#settings.clock.nowMs();
      const message = await composeMail(mail, this.#options, { idempotencyKey, nowMs });
      const envelope = { from: this.#options.envelopeFrom, to: [...recipients] };
      return verdictOfReply(await this.#client.submit(envelope, message, signal));
    } catch (error) {
      return verdictOfError(error, recipients);
    }
  }
}

/** A server may repeat what it was sent: the credential as it is, and as the login encodes it. */
function secretsOf({ credential }: SmtpServer): readonly string[] {
  if (credential === undefined) return [];
  const { username } = credential;
  const password = credential.password.reveal();
  return [password, ...[password, `\0${username}\0${password}`].map((text) => btoaUtf8(text))];
}

function btoaUtf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
