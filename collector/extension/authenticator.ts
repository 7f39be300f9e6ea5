// How components use an authenticating extension: what it offers to servers and to clients, and how to get at one by
// the id that `auth: {authenticator: …}` names.
import type { Component, Host } from '../component.ts';

/** Judges requests that come in. */
export interface ServerAuthenticator {
  /** Whether these request headers (lower-case names, as `node:http` gives them) prove that the caller may enter. */
  authenticate(headers: { readonly authorization?: string | undefined }): boolean;
}

/** Whoever gives out credentials refuses us one: nothing passes until somebody mends the configuration. */
export class CredentialRefusedError extends Error {
  override readonly name = 'CredentialRefusedError';
}

/** Equips requests that go out. */
export interface ClientAuthenticator {
  /**
   * The headers to add to one request; empty when there is no credential. Rejects while none can be had: with a
   * CredentialRefusedError when it was refused to us.
   */
  headers(): Promise<Readonly<Record<string, string>>>;
  /**
   * Call it after a 401 or 403, with the headers that were refused. Resolves to true when the credential is another one
   * now, so that a second try makes sense; it may have become another one before the call.
   */
  refresh(refused?: Readonly<Record<string, string>>): Promise<boolean>;
}

/** The `auth` section of a component, as `auth()` of config/fields.ts parses it. */
export interface AuthReference {
  readonly authenticator: string;
}

/** The server side of the authenticator that `reference` names. Call it in `start`; throws a sentence for the user. */
export function requireServerAuth(host: Host, reference: AuthReference): ServerAuthenticator {
  const extension = requireExtension(host, reference);
  if (isServerAuthenticator(extension)) return extension;
  throw new Error(`auth: extension "${reference.authenticator}" does not authenticate incoming requests`);
}

/** The client side of the authenticator that `reference` names. Call it in `start`; throws a sentence for the user. */
export function requireClientAuth(host: Host, reference: AuthReference): ClientAuthenticator {
  const extension = requireExtension(host, reference);
  if (isClientAuthenticator(extension)) return extension;
  throw new Error(`auth: extension "${reference.authenticator}" does not authenticate outgoing requests`);
}

function requireExtension(host: Host, { authenticator }: AuthReference): Component {
  const extension = host.extension(authenticator);
  if (extension !== undefined) return extension;
  throw new Error(`auth: authenticator "${authenticator}" not found; list it in service.extensions`);
}

function isServerAuthenticator(extension: object): extension is Component & ServerAuthenticator {
  return 'authenticate' in extension && typeof extension.authenticate === 'function';
}

function isClientAuthenticator(extension: object): extension is Component & ClientAuthenticator {
  return (
    'headers' in extension &&
    typeof extension.headers === 'function' &&
    'refresh' in extension &&
    typeof extension.refresh === 'function'
  );
}
