// Why a server's certificate is refused, in words. Node's own name the certificate's names and the authorities of others.

const UNKNOWN_AUTHORITY = 'nobody whom we trust has signed it; set ca_file for an authority of your own';

/** By the code of Node and of OpenSSL (X509_verify_cert_error_string). */
const FAULTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it has been revoked',
  CERT_UNTRUSTED: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed; set ca_file to trust it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host',
  INVALID_CA: 'its authority is no authority',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
};

/** Undefined when the fault is another one. */
export function certificateFault(code: string | undefined): string | undefined {
  const words = code === undefined ? undefined : FAULTS[code];
  return words && `the server's certificate is refused: ${words}`;
}
