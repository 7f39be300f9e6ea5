// What was thrown on the way → the answer to it. Pure.
import { BodyRefusedError } from '../../collector/json-body.ts';
import { ApiRefusal } from '../api-refusal.ts';

const BODY_CODES: Readonly<Record<BodyRefusedError['status'], string>> = {
  400: 'bad.request',
  413: 'request.entity.too.large',
  415: 'unsupported.media.type',
};

const WAIT_FOR_SUCCESSOR_S = 1;

/** A fault of ours becomes a 500 that has it as its cause, for the log. */
export function asRefusal(thrown: unknown): ApiRefusal {
  if (thrown instanceof ApiRefusal) return thrown;
  if (thrown instanceof BodyRefusedError) {
    return new ApiRefusal(thrown.status, BODY_CODES[thrown.status], thrown.message, thrown.headers);
  }
  // What express itself refuses, such as a path whose percent-encoding is broken.
  const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : 500;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new ApiRefusal(400, 'bad.request', 'the request is malformed');
  }
  return new ApiRefusal(
    500,
    'internal.server.error',
    'something went wrong here; it is in the log',
    {},
    { cause: thrown },
  );
}

/** During the shutdown: a connection that stayed open over its beginning may still bring requests. */
export function stoppingRefusal(): ApiRefusal {
  return new ApiRefusal(503, 'service.unavailable', 'shutting down', {
    'retry-after': String(WAIT_FOR_SUCCESSOR_S),
    connection: 'close',
  });
}

/** `methods` as in `Allow`. */
export function methodRefusal(methods: readonly string[]): ApiRefusal {
  const allow = methods.join(', ');
  return new ApiRefusal(405, 'method.not.allowed', `what is served here is ${allow}`, { allow });
}
