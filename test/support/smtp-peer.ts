// A mail server on loopback: the package `smtp-server` with STARTTLS and a login, told what to do with each recipient and
// each message, and recording what arrived byte for byte.
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { serverCertificate, type CertificateName } from './certificates.ts';
import { CANARY } from './no-leak.ts';

// smtp-server asks for the protocol of a connection whose client has refused the certificate. Node 24 then reads what it
// has freed, and the process ends.
const { getProtocol } = TLSSocket.prototype;
TLSSocket.prototype.getProtocol = function (this: TLSSocket) {
  return this.destroyed ? null : getProtocol.call(this);
};

export const USERNAME = 'webrtc';

/** A status, or what becomes of the connection once the message has arrived whole. */
export type SmtpAnswer = number | 'hang' | 'cut';

export interface ArrivedMail {
  readonly from: string;
  /** Those who were accepted. */
  readonly to: readonly string[];
  readonly raw: string;
  readonly isSecret: boolean;
}

export class SmtpPeer {
  /** Every message that arrived whole, whatever was then answered. */
  readonly mails: ArrivedMail[] = [];
  /** All that was asked of it about recipients, in order. */
  readonly askedRecipients: string[] = [];
  /** The answers to the next messages, in order; after the last of them 250. */
  readonly next: SmtpAnswer[] = [];
  /** What recipients are answered; 250 to those who are not in it. */
  readonly recipientStatus = new Map<string, number>();
  senderStatus = 250;
  /** What a wrong login is answered; also to the right one when `isLoginBroken`. */
  loginStatus = 535;
  isLoginBroken = false;
  connectionCount = 0;
  readonly #sockets = new Set<Socket>();
  readonly #waiting: (() => void)[] = [];
  #server: SMTPServer | undefined;

  get port(): number {
    return (this.#server!.server.address() as AddressInfo).port;
  }

  async start(certificate: CertificateName = 'localhost', options: SMTPServerOptions = {}): Promise<this> {
    const server = new SMTPServer({
      ...serverCertificate(certificate),
      authMethods: ['PLAIN', 'LOGIN'],
      disableReverseLookup: true,
      closeTimeout: 1,
      logger: false,
      onAuth: ({ username, password }, _session, done) =>
        username === USERNAME && password === CANARY && !this.isLoginBroken
          ? done(null, { user: username })
          : done(refusal(this.loginStatus, `who is ${username} with ${password}?`)),
      onMailFrom: ({ address }, _session, done) => done(statusError(this.senderStatus, address)),
      onRcptTo: ({ address }, _session, done) => {
        this.askedRecipients.push(address);
        done(statusError(this.recipientStatus.get(address) ?? 250, address));
      },
      onData: (stream, { envelope, secure }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          const to = envelope.rcptTo.map(({ address }) => address);
          this.mails.push({ from, to, raw: Buffer.concat(chunks).toString('latin1'), isSecret: secure });
          for (const wake of this.#waiting.splice(0)) wake();
          this.#answer(done);
        });
      },
      ...options,
    });
    server.on('error', () => {});
    server.server.on('connection', (socket: Socket) => {
      this.connectionCount += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    this.#cut();
    await new Promise<void>((resolve) => this.#server!.close(resolve));
  }

  /** Resolves when `count` messages have arrived. */
  async received(count: number): Promise<void> {
    while (this.mails.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #answer(done: (error?: Error | null) => void): void {
    const answer = this.next.shift() ?? 250;
    if (answer === 'hang') return;
    if (answer === 'cut') this.#cut();
    else done(statusError(answer, 'the message'));
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function statusError(status: number, what: string): Error | null {
  return status === 250 ? null : refusal(status, `no to ${what}`);
}

function refusal(status: number, words: string): Error {
  return Object.assign(new Error(words), { responseCode: status });
}
