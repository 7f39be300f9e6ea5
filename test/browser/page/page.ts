// The page as a test sees it: a call, and who reports it. The tokens come from the page's own server, as in a product.
import type * as client from '../../../client/client.ts';
import type { Page, ReportTarget, Watcher } from './api.ts';
import { type Call, startCall } from './call.ts';

/** Makes `page` in the global scope. */
export function servePage(watcher?: Watcher): void {
  const errors: string[] = [];
  let call: Call | undefined;

  const fail = (error: unknown) => errors.push(String(error));
  addEventListener('error', ({ message }) => fail(message));
  addEventListener('unhandledrejection', ({ reason }) => fail(reason));

  const optionsOf = ({ url, sessionId }: ReportTarget) => ({
    url,
    sessionId,
    token: async () => (await fetch(`/token?session_id=${sessionId}`)).text(),
    onError: fail,
  });
  const clientFrom = async (url: string) => (await import(url)) as typeof client;

  const page: Page = {
    errors,
    async startCall(ports) {
      call = await startCall(ports);
    },
    async monitorCall(target) {
      const { monitor } = await clientFrom(target.clientUrl);
      monitor(call!, { ...optionsOf(target), intervalMs: target.intervalMs });
    },
    async observeCall(target) {
      const { reporter } = await clientFrom(target.clientUrl);
      watcher!.watch(call!, reporter({ ...optionsOf(target), dialect: target.dialect }), target);
    },
  };
  Object.assign(globalThis, { page });
}
