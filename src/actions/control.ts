/** What f2b-actiond tells f2bctl, and the questions and answers between them as they cross the socket. Pure. */
import { jsonReader } from '../core/json-record.js';
import { F2bError } from '../errors.js';
import type { ActionStatus, ActionsControl, TestedEvent } from '../ports/actions-control.js';
import type { Ask, Question } from '../ports/question.js';

/** The runtime directory of f2b-actiond.service. */
export const ACTIONS_RUNTIME = '/run/f2b-actions';
/** The name of the socket in the runtime directory. */
export const ACTIONS_CONTROL = 'control';

const tested: readonly TestedEvent[] = ['ban', 'unban', 'problem'];
const states: readonly ActionStatus['state'][] = ['ok', 'failing', 'wrong'];

/** The control of f2b-actiond as f2bctl sees it. Throws AGENT_INCOMPATIBLE for answers that are not understood. */
export function actionsClient(ask: Ask): ActionsControl {
  return {
    status: async (signal) => list(await ask('status', new URLSearchParams(), signal)).map(statusOf),
    test: async (action, event) => void (await ask('test', new URLSearchParams({ action, event }))),
  };
}

/** Answers what a client asks. Throws USAGE for what it does not understand. */
export async function answerActions(control: ActionsControl, { word, parameters }: Question): Promise<unknown> {
  switch (word) {
    case 'status':
      return control.status();
    case 'test': {
      const event = tested.find((one) => one === parameters.get('event'));
      if (event === undefined) throw new F2bError('USAGE', 'no such event');
      return control.test(parameters.get('action') ?? '', event);
    }
    default:
      throw new F2bError('USAGE', `f2b-actiond does not know ${JSON.stringify(word)}`);
  }
}

function strange(): F2bError {
  return new F2bError('AGENT_INCOMPATIBLE', undefined, {
    hint: 'f2b-actiond still runs an older or newer version: systemctl restart f2b-actiond',
  });
}

const { record, list, text, number } = jsonReader(strange);

function statusOf(value: unknown): ActionStatus {
  const status = record(value);
  const some = <N extends string, T>(name: N, read: (value: unknown) => T) =>
    status[name] === undefined ? undefined : { [name]: read(status[name]) };
  const state = states.find((one) => one === status['state']);
  if (state === undefined) throw strange();
  return {
    name: text(status['name']),
    state,
    waiting: number(status['waiting']),
    delivered: number(status['delivered']),
    givenUp: number(status['givenUp']),
    dropped: number(status['dropped']),
    ...some('type', text),
    ...some('lastError', text),
    ...some('oldest', number),
    ...some('lastSuccess', number),
    ...some('lastFailure', number),
    ...some('nextAttempt', number),
  };
}
