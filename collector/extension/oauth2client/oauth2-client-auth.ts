// The credential of outgoing requests: a bearer token from a token endpoint. The endpoint is first asked when a request
// needs a token, so that the process starts while it is down.
import type { Component, Settings } from '../../component.ts';
import { readAuthorities } from '../../egress/authorities.ts';
import { egressOf } from '../../egress/egress-config.ts';
import { GuardedClient } from '../../egress/guarded-client.ts';
import { CredentialRefusedError, type ClientAuthenticator } from '../authenticator.ts';
import type { OAuth2ClientConfig } from './factory.ts';
import { ScopeWatch } from './scope-watch.ts';
import { TokenKeeper } from './token-keeper.ts';
import {
  type GrantedToken,
  readTokenAnswer,
  requestToken,
  type TokenGrant,
  TokenRequestError,
} from './token-request.ts';

const SCHEME = 'Bearer ';

interface Open {
  readonly client: GuardedClient;
  readonly keeper: TokenKeeper;
  readonly stopping: AbortController;
}

export class OAuth2ClientAuth implements Component, ClientAuthenticator {
  readonly #settings: Settings;
  readonly #config: OAuth2ClientConfig;
  readonly #grant: TokenGrant;
  readonly #scopes: ScopeWatch;
  #open: Open | undefined;
  #isFailing = false;

  constructor(settings: Settings, config: OAuth2ClientConfig) {
    this.#settings = settings;
    this.#config = config;
    this.#grant = grantOf(config);
    this.#scopes = new ScopeWatch(config.scopes, config.client_secret, settings.logger);
  }

  async start(): Promise<void> {
    const { clock } = this.#settings;
    const { timeout, egress, tls, expiry_buffer } = this.#config;
    const stopping = new AbortController();
    const client = new GuardedClient({
      timeoutMs: timeout.ms,
      egress: egressOf(egress),
      maxConnections: 1,
      clock,
      ca: tls.ca_file === '' ? undefined : await readAuthorities(tls.ca_file),
    });
    const keeper = new TokenKeeper({
      clock,
      expiryBufferMs: expiry_buffer.ms,
      request: () => this.#request(client, stopping.signal),
      onOutcome: (fault) => this.#tell(fault),
    });
    this.#open = { client, keeper, stopping };
    this.#settings.reportStatus({ kind: 'ok' });
  }

  async shutdown(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    open?.stopping.abort();
    await open?.client.close();
  }

  /** Rejects with a sentence while there is no token; a request without one would be refused anyway. */
  async headers(): Promise<Readonly<Record<string, string>>> {
    if (this.#open === undefined) throw new Error('the authenticator is not running');
    try {
      const token = await this.#open.keeper.token();
      return { authorization: SCHEME + token.reveal() };
    } catch (error) {
      if (!(error instanceof TokenRequestError) || !error.isRefusal) throw error;
      throw new CredentialRefusedError(error.message, { cause: error });
    }
  }

  /** One request for all who ask at the same time. False as well when no other token could be had. */
  async refresh(refused?: Readonly<Record<string, string>>): Promise<boolean> {
    const header = refused?.authorization;
    return (await this.#open?.keeper.renew(header?.slice(SCHEME.length))) ?? false;
  }

  async #request(client: GuardedClient, stopping: AbortSignal): Promise<GrantedToken> {
    const granted = await requestToken(this.#grant, (request) =>
      client.exchange(request, stopping, readTokenAnswer),
    );
    this.#scopes.granted(granted);
    return granted;
  }

  /** The log hears of it once when it begins to fail and once when that is over. */
  #tell(fault: TokenRequestError | undefined): void {
    if (this.#open === undefined) return;
    const settings = this.#settings;
    if (fault === undefined) {
      if (this.#isFailing) settings.logger.info('tokens are given out again');
      this.#isFailing = false;
      settings.reportStatus({ kind: 'ok' });
      return;
    }
    if (!this.#isFailing) settings.logger.warn({ reason: fault.message }, 'no token could be had');
    this.#isFailing = true;
    settings.reportStatus({ kind: 'unhealthy', reason: `no token: ${fault.message}` });
  }
}

function grantOf(config: OAuth2ClientConfig): TokenGrant {
  const { scopes, audience, endpoint_params } = config;
  const further = Object.entries(endpoint_params).map(([name, value]) => [name, value.reveal()]);
  return {
    url: new URL(config.token_url),
    clientId: config.client_id,
    clientSecret: config.client_secret,
    authStyle: config.auth_style,
    parameters: {
      ...(Object.fromEntries(further) as Record<string, string>),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      ...(audience !== undefined && { audience }),
    },
  };
}
