// The `tls` section of every component that sends requests, under the Collector's key.
import { z } from 'zod';

export const tlsSchema = z
  .strictObject({
    ca_file: z
      .string()
      .default('')
      .describe('Authorities that are trusted, in PEM, in place of the usual ones. Empty: the usual ones.'),
  })
  .prefault({})
  .describe('Whose certificates are trusted. TLS 1.2 is the least; a certificate is always checked.');
