/** F2bErrors across the bus: `org.f2b.Error.CODE`, the message on the first lines and the hint on the last. */

import { errors, type Response } from '../dbus/message.js';
import { failure } from '../dbus/objects.js';
import { isAbsent } from '../dbus/peer.js';
import { type ErrorCode, errorKinds, F2bError } from '../errors.js';

const PREFIX = 'org.f2b.Error.';

export function toBusError(error: F2bError): Response {
  return failure(PREFIX + error.code, `${error.message}\n${error.hint}`);
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorKinds, text);
}

/** The F2bError that an error on the bus stands for. */
export function fromBusError(name: string, text: string): F2bError {
  const code = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
  if (isCode(code)) return fromAgent(code, text);
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

/** The registered message is taken off: the constructor puts it back. */
function fromAgent(code: ErrorCode, text: string): F2bError {
  const cut = text.lastIndexOf('\n');
  const [message, hint] = cut < 0 ? [text, errorKinds[code].hint] : [text.slice(0, cut), text.slice(cut + 1)];
  const registered = errorKinds[code].message;
  if (message === registered) return new F2bError(code, undefined, { hint });
  return new F2bError(code, message.startsWith(registered) ? message.slice(registered.length + 2) : message, { hint });
}
