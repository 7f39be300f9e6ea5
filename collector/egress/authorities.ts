// Certificate authorities of the user's own, read from a file once, at the start.
import { readFile } from 'node:fs/promises';

/** The PEM text of `path`. Throws a sentence for the user when there is no certificate to be had there. */
export async function readAuthorities(path: string): Promise<string> {
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(`ca_file ${path} can not be read`, { cause: error });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error(`ca_file ${path} holds no certificate in PEM`);
  return text;
}
