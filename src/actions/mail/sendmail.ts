/** Hands mails to the local sendmail. Invariant: no part of a mail is read as an option, and it ends with its signal. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { RunProgram } from '../../host/programs/run-bounded.js';
import { basicEnvironment, outcomeOf } from '../command.js';
import type { Outcome } from '../outcome.js';

/** `program`: its path, run by `run`. */
export async function handToSendmail(
  program: string,
  mail: SendMailOptions,
  signal: AbortSignal,
  run: RunProgram,
): Promise<Outcome> {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  const { message, envelope } = await composer.sendMail(mail);
  // -i: a line of one dot does not end it.
  const argv = [program, '-i', ...(envelope.from ? ['-f', envelope.from] : []), '--', ...envelope.to];
  const input = Buffer.isBuffer(message) ? message : Buffer.from(String(message));
  const outcome = outcomeOf('sendmail', await run({ argv, environment: basicEnvironment, input, signal }));
  // Its statuses are of the machine's setup as well, which can be mended.
  return outcome.kind === 'refused' ? { ...outcome, kind: 'failed' } : outcome;
}
