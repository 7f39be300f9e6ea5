// Serves the browser client: public code, to be loaded by any page.
import type { Express } from 'express';
import { Refusal } from '../http/refusal.ts';
import { type ClientModule, readClientModule } from './client-module.ts';

export const CLIENT_PATH = '/client.js';

/** The client changes with the package; a page that was loaded before goes on with the one it has. */
const CACHE_CONTROL = 'public, max-age=3600';

export function addClientRoutes(app: Express): void {
  let client: Promise<ClientModule> | undefined;
  app.get(CLIENT_PATH, async (_request, response) => {
    client ??= readClientModule();
    const { source, etag } = await client.catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    response
      .set({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': CACHE_CONTROL,
        'access-control-allow-origin': '*',
        etag,
      })
      // Express answers 304 by itself when the page has this one.
      .send(source);
  });
  app.all(CLIENT_PATH, () => {
    throw new Refusal(405, 'only GET is served here', { allow: 'GET, HEAD' });
  });
}
