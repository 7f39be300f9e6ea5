// The extension `api`: a server that tells others what the process knows, over the REST surface of the guide.
import { readBuildInfo } from '../collector/cli/build-info.ts';
import type { Component, Host, Settings } from '../collector/component.ts';
import { DrainingServer } from '../collector/draining-server.ts';
import { AccessTokens } from './access/access-token.ts';
import { Clients, type Client } from './access/clients.ts';
import { TokenEndpoint } from './access/token-endpoint.ts';
import { TokenGate } from './access/token-gate.ts';
import { parseSecretHash } from './access/secret-hash.ts';
import { apiInstruments, type ApiInstruments } from './api-instruments.ts';
import type { ApiConfig } from './config.ts';
import type { Contents } from './contents.ts';
import { apiDocument } from './document/openapi.ts';
import { servedDocuments } from './document/served-documents.ts';
import { createApiApp } from './http/app.ts';
import { OpenStreams } from './http/open-streams.ts';
import { RateLimit } from './http/rate-limit.ts';

export class Api implements Component {
  readonly #settings: Settings;
  readonly #config: ApiConfig;
  readonly #contents: Contents;
  readonly #server: DrainingServer;
  readonly #streams = new OpenStreams();
  #instruments: ApiInstruments | undefined;
  #isStopping = false;

  constructor(settings: Settings, config: ApiConfig, contents: Contents) {
    this.#settings = settings;
    this.#config = config;
    this.#contents = contents;
    this.#server = new DrainingServer(config.endpoint);
  }

  get boundAddress(): string | undefined {
    return this.#server.boundAddress;
  }

  async start(host: Host): Promise<void> {
    const { id, logger, clock, meter } = this.#settings;
    const operations = await this.#contents.open(host);
    const clients = new Clients(this.#config.clients.map(clientOf));
    const { signing_key: key, token_lifetime: lifetime, rate_limit: perMinute } = this.#config;
    const tokens = new AccessTokens(key, lifetime.ms, { clients, clock });
    const instruments = apiInstruments(meter, id, () => this.#streams.count);
    this.#instruments = instruments;
    const { version } = await readBuildInfo();
    const app = createApiApp({
      operations,
      clock,
      logger,
      instruments,
      gate: new TokenGate({ tokens, refused: (fault) => instruments.refusedToken(fault) }),
      rateLimit: new RateLimit('client', perMinute, { clock, logger }),
      streams: this.#streams,
      tokenEndpoint: new TokenEndpoint({ clients, tokens, clock, logger }),
      documents: servedDocuments(apiDocument(operations, version), { clock, logger }),
      isStopping: () => this.#isStopping,
    });
    await this.#server.start(app);
    this.#tellOfAccess(clients);
    this.#settings.reportStatus({ kind: 'ok' });
  }

  /** Endless answers end at once, what else is under way is answered. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#isStopping = true;
    this.#streams.endAll();
    await this.#server.shutdown(deadline);
    await this.#contents.close();
    this.#instruments?.stop();
    this.#instruments = undefined;
  }

  flush(): Promise<void> {
    return this.#contents.flush();
  }

  #tellOfAccess(clients: Clients): void {
    const { logger } = this.#settings;
    if (clients.size === 0) {
      logger.warn('no clients are configured, so nobody gets a token; make one with "api new-client ID"');
    } else if (this.#config.signing_key === undefined) {
      logger.info('no signing_key is configured: tokens end with this process');
    }
  }
}

/** Of a hash that the schema has found nothing wrong with. */
function clientOf({ id, secret_hash: hash, scopes }: ApiConfig['clients'][number]): Client {
  const secretHash = parseSecretHash(hash.reveal());
  if (typeof secretHash === 'string') throw new Error(`the secret_hash of client ${id} ${secretHash}`);
  return { id, secretHash, scopes: new Set(scopes) };
}
