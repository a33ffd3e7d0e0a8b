/** What the NATS client throws, as errors that say what to do next. */
import { errors } from '@nats-io/transport-node';
import { F2bError, messageOf } from '../errors.js';

/** No word of a server is longer (characters): it may send any. */
const LONGEST = 300;

/** What it threw is what is returned when it is an F2bError. */
export function connectionError(error: unknown): F2bError {
  if (error instanceof F2bError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  const message = messageOf(deepest(cause));
  const text = message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
  const isRefusal =
    cause instanceof errors.AuthorizationError ||
    cause instanceof errors.UserAuthenticationExpiredError ||
    cause instanceof errors.PermissionViolationError ||
    deepest(cause) instanceof errors.PermissionViolationError;
  return new F2bError(isRefusal ? 'FLEET_DENIED' : 'FLEET_UNREACHABLE', text, { cause });
}

function deepest(error: Error): Error {
  return error.cause instanceof Error ? deepest(error.cause) : error;
}
