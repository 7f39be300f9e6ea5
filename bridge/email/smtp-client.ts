// One mail over SMTP: out through the egress guard on a connection of its own, the server's reply back. No retries; the
// outbox is what tries again.
import SMTPConnection, {
  type SMTPConnectionOptions,
  type SMTPConnectionSendInfo,
  type SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../../collector/clock.ts';
import type { EgressRules } from '../../collector/egress/address-rules.ts';
import { connectGuarded } from '../../collector/egress/guarded-socket.ts';
import { withinTime } from '../../collector/egress/within-time.ts';
import type { Secret } from '../../collector/secret.ts';

/** `starttls`: begins in the clear and must become secret before anything is said. `implicit`: secret from the start. */
export type TlsMode = 'starttls' | 'implicit' | 'none';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMode;
  /** Undefined: nobody logs in. */
  readonly credential: { readonly username: string; readonly password: Secret } | undefined;
}

export interface SmtpClientOptions {
  readonly server: SmtpServer;
  /** Authorities that are trusted in place of the usual ones, as PEM. */
  readonly ca: string | undefined;
  readonly egress: EgressRules;
  /** For the whole of a mail, from connecting to the last reply. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** How long a server may take to say goodbye. The mail is its by then. */
const GOODBYE_MS = 2_000;

export class SmtpClient {
  readonly #options: SmtpClientOptions;
  readonly #connections = new Set<SMTPConnection>();

  constructor(options: SmtpClientOptions) {
    this.#options = options;
  }

  /** Rejects when not a single recipient was accepted, or when that is not known. */
  async submit(
    envelope: SMTPEnvelope,
    message: Buffer,
    signal: AbortSignal,
  ): Promise<SMTPConnectionSendInfo> {
    const { clock, timeoutMs } = this.#options;
    const limit = { clock, timeoutMs, signal, overdue: `not done within ${timeoutMs} ms` };
    return withinTime(limit, ({ signal }) => this.#converse(envelope, message, signal));
  }

  /** Cuts what is still open. */
  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  async #converse(
    envelope: SMTPEnvelope,
    message: Buffer,
    signal: AbortSignal,
  ): Promise<SMTPConnectionSendInfo> {
    const { server, egress } = this.#options;
    const socket = await connectGuarded({ ...server, rules: egress }, signal);
    const connection = new SMTPConnection({ ...this.#connectionOptions(), connection: socket });
    this.#connections.add(connection);
    connection.once('end', () => this.#connections.delete(connection));
    try {
      return await new Promise((resolve, reject) => {
        const settle = (error: Error | null, info?: SMTPConnectionSendInfo) =>
          info === undefined ? reject(error ?? new Error('nothing was sent')) : resolve(info);
        const send = () => connection.send({ ...envelope, size: message.length }, message, settle);
        // It stays for what goes wrong after the last reply, which is nobody's concern any more.
        connection.on('error', settle);
        signal.addEventListener('abort', () => settle(signal.reason as Error), { once: true });
        connection.connect((error) => {
          if (error !== undefined) settle(error);
          else if (server.credential === undefined) send();
          else
            login(connection, server.credential, (failure) => (failure === null ? send() : settle(failure)));
        });
      });
    } finally {
      this.#sayGoodbye(connection, signal);
    }
  }

  #connectionOptions(): SMTPConnectionOptions {
    const { server, ca, timeoutMs } = this.#options;
    // Its own clock must not be the faster one: what runs out is told by ours.
    const patienceMs = timeoutMs + GOODBYE_MS;
    return {
      host: server.host,
      port: server.port,
      secure: server.tls === 'implicit',
      requireTLS: server.tls === 'starttls',
      ignoreTLS: server.tls === 'none',
      tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
      connectionTimeout: patienceMs,
      greetingTimeout: patienceMs,
      socketTimeout: patienceMs,
      socketCloseTimeout: 0,
      logger: false,
    };
  }

  #sayGoodbye(connection: SMTPConnection, signal: AbortSignal): void {
    if (connection.destroyed) return;
    if (signal.aborted) {
      connection.close();
      return;
    }
    const timer = this.#options.clock.after(GOODBYE_MS, () => connection.close());
    connection.once('end', () => timer.cancel());
    connection.quit();
  }
}

function login(
  connection: SMTPConnection,
  { username, password }: { readonly username: string; readonly password: Secret },
  done: (error: Error | null) => void,
): void {
  connection.login({ user: username, pass: password.reveal() }, (error) => done(error));
}
