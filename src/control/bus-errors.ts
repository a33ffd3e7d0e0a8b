/** F2bErrors across the bus: `org.f2b.Error.CODE`, the message on the first lines and the hint on the last. */

import { errors, type Response } from '../dbus/message.js';
import { failure } from '../dbus/objects.js';
import { isAbsent } from '../dbus/peer.js';
import { type ErrorCode, errorToldAs, F2bError, isErrorCode } from '../errors.js';

const PREFIX = 'org.f2b.Error.';

export function toBusError(error: F2bError): Response {
  return failure(PREFIX + error.code, `${error.message}\n${error.hint}`);
}

/** The F2bError that an error on the bus stands for. */
export function fromBusError(name: string, text: string): F2bError {
  const code = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
  if (isErrorCode(code)) return fromAgent(code, text);
  if (isAbsent(name)) return new F2bError('AGENT_NOT_RUNNING');
  switch (name) {
    case errors.NO_REPLY:
      return new F2bError('AGENT_SILENT');
    case errors.ACCESS_DENIED:
    case errors.INTERACTIVE_AUTHORIZATION_REQUIRED:
      return new F2bError('ACCESS_DENIED', text);
    case errors.LIMITS_EXCEEDED:
      return new F2bError('AGENT_BUSY', text);
    case errors.INVALID_ARGS:
      return new F2bError('ARGUMENT_INVALID', text);
    default:
      return new F2bError('AGENT_INCOMPATIBLE', `${name}: ${text}`);
  }
}

function fromAgent(code: ErrorCode, text: string): F2bError {
  const cut = text.lastIndexOf('\n');
  return cut < 0 ? errorToldAs(code, text) : errorToldAs(code, text.slice(0, cut), text.slice(cut + 1));
}
