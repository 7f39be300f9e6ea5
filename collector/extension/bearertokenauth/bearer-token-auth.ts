// Bearer tokens, both ways: it judges the Authorization header of callers, and makes that of our own requests.
import { readFile } from 'node:fs/promises';
import type { Component, Settings } from '../../component.ts';
import { messageOf } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import type { ClientAuthenticator, ServerAuthenticator } from '../authenticator.ts';
import type { BearerTokenConfig } from './factory.ts';
import { isSendable, matchesToken } from './token-match.ts';

export class BearerTokenAuth implements Component, ServerAuthenticator, ClientAuthenticator {
  readonly #settings: Settings;
  readonly #config: BearerTokenConfig;
  #tokens: readonly Secret[] = [];

  constructor(settings: Settings, config: BearerTokenConfig) {
    this.#settings = settings;
    this.#config = config;
  }

  async start(): Promise<void> {
    const { token, tokens, filename } = this.#config;
    const given = [...(token === undefined ? [] : [token]), ...(tokens ?? [])];
    const all = filename === undefined ? given : await readTokens(filename);
    this.#tokens = all.filter((each) => !each.isEmpty);
    if (this.#tokens.length === 0) {
      this.#settings.logger.warn('the token is empty: no caller is let in, and requests go out without one');
    }
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  authenticate(headers: { readonly authorization?: string | undefined }): boolean {
    return matchesToken(headers.authorization, this.#config.scheme, this.#tokens);
  }

  headers(): Promise<Readonly<Record<string, string>>> {
    const token = this.#tokens[0]?.reveal();
    if (token === undefined) return Promise.resolve({});
    const { scheme } = this.#config;
    return Promise.resolve({ authorization: scheme === '' ? token : `${scheme} ${token}` });
  }

  /** The token is read once, at start: there is never another one. */
  refresh(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

async function readTokens(filename: string): Promise<Secret[]> {
  let text: string;
  try {
    text = await readFile(filename, 'utf8');
  } catch (cause) {
    throw new Error(`cannot read the token file: ${messageOf(cause)}`, { cause });
  }
  const tokens = text.split(/\r?\n/).map((line) => new Secret(line.trim()));
  const bad = tokens.findIndex((token) => !isSendable(token));
  if (bad === -1) return tokens;
  throw new Error(`${filename}:${bad + 1}: a token must be printable ASCII without blanks`);
}
