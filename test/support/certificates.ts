// Certificates in test/fixtures/certificates, each with its key, made for these tests alone and valid until 2120
// (`expired.pem` was until 2020). `authority.pem` has signed all of them but `self-signed.pem`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CERTIFICATES = new URL('../fixtures/certificates/', import.meta.url);

/** What a `ca_file` names. */
export const AUTHORITY_FILE = fileURLToPath(new URL('authority.pem', CERTIFICATES));

export type CertificateName = 'localhost' | 'other-name' | 'self-signed' | 'expired';

/** What a server of node:tls shows. */
export function serverCertificate(name: CertificateName): { readonly key: string; readonly cert: string } {
  const pem = readFileSync(new URL(`${name}.pem`, CERTIFICATES), 'utf8');
  return { key: pem, cert: pem };
}
