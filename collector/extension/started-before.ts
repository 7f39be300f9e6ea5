// What an extension needs of other extensions. They start one by one, in the order of service::extensions, and the host
// knows those that have started: who comes later is as good as missing, so the message names the order.
import type { Host } from '../component.ts';
import { requireServerAuth, type AuthReference, type ServerAuthenticator } from './authenticator.ts';
import { requireStorage, type Storage } from './storage.ts';

/** Throws a sentence for the user. `id` is that of the extension that needs it. */
export function storageBefore(id: string, host: Host): Storage {
  try {
    return requireStorage(host);
  } catch (cause) {
    throw new Error(`needs a storage extension ${thatStartsBefore(id, 'file_storage')}`, { cause });
  }
}

/** Throws a sentence for the user. */
export function serverAuthBefore(id: string, host: Host, reference: AuthReference): ServerAuthenticator {
  const { authenticator } = reference;
  if (host.extension(authenticator) !== undefined) return requireServerAuth(host, reference);
  throw new Error(`auth: needs its authenticator ${thatStartsBefore(id, authenticator)}`);
}

function thatStartsBefore(id: string, needed: string): string {
  return `that starts before it: in service::extensions, list ${needed} before ${id}`;
}
