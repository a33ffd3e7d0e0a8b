/** What f2b-actiond tells f2bctl, and the questions and answers between them as they cross the socket. Pure. */
import { F2bError } from '../errors.js';
import type { ActionStatus, ActionsControl, TestedEvent } from '../ports/actions-control.js';
import type { Ask, Question } from '../ports/question.js';

/** The name of the socket in the runtime directory. */
export const ACTIONS_CONTROL = 'control';

const tested: readonly TestedEvent[] = ['ban', 'unban', 'problem'];
const states: readonly ActionStatus['state'][] = ['ok', 'failing', 'wrong'];

/** The control of f2b-actiond as f2bctl sees it. Throws AGENT_INCOMPATIBLE for answers that are not understood. */
export function actionsClient(ask: Ask): ActionsControl {
  return {
    async status() {
      const answer = await ask('status', new URLSearchParams());
      if (!Array.isArray(answer)) throw strange();
      return answer.map(statusOf);
    },
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

function statusOf(value: unknown): ActionStatus {
  if (typeof value !== 'object' || value === null) throw strange();
  const status: Readonly<Record<string, unknown>> = { ...value };
  const number = (name: string): number => {
    const found = status[name];
    if (typeof found !== 'number') throw strange();
    return found;
  };
  const text = (name: string): string => {
    const found = status[name];
    if (typeof found !== 'string') throw strange();
    return found;
  };
  const some = <N extends string, T>(name: N, read: (name: N) => T) =>
    status[name] === undefined ? undefined : { [name]: read(name) };
  const state = states.find((one) => one === status['state']);
  if (state === undefined) throw strange();
  return {
    name: text('name'),
    state,
    waiting: number('waiting'),
    delivered: number('delivered'),
    givenUp: number('givenUp'),
    dropped: number('dropped'),
    ...some('type', text),
    ...some('lastError', text),
    ...some('oldest', number),
    ...some('lastSuccess', number),
    ...some('lastFailure', number),
    ...some('nextAttempt', number),
  };
}
