// The client's credentials as HTTP Basic (RFC 6749, 2.3.1 and appendix B): both are form-encoded before they are joined.
// oauth4webapi's own function percent-encodes hyphens, dots and underscores as well. Servers that decode nothing, and there
// are such, then refuse every client whose id is a UUID.
import type { ClientAuth } from 'oauth4webapi';

export function clientSecretBasic(clientSecret: string): ClientAuth {
  return (_server, { client_id }, _body, headers) => {
    const credentials = [client_id, clientSecret].map(formEncoded).join(':');
    headers.set('authorization', `Basic ${Buffer.from(credentials, 'latin1').toString('base64')}`);
  };
}

/** As WHATWG URL encodes forms: letters, digits and `*-._` stay as they are. */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
