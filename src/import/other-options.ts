/** Options that have no key here, or belong to no jail: of fail2ban's own settings, of what they refer to, and of others. */
import { fail2banAnswer } from '../config/keys/fail2ban-keys.js';
import { valueProblem } from '../config/keys/value-problem.js';
import { timeSpan } from '../config/values/fail2ban-values.js';
import { nearest } from '../filter/nearest.js';
import { type Fail2banJail, type JailOption, SETTINGS } from './fail2ban.js';
import { type Answer, carried, differently, type Finding, notNeeded, notPossible } from './finding.js';

/** Parts of `filter` and `action`, which are reported there. */
const PARTS: readonly string[] = ['mode', 'port', 'protocol', 'chain', 'banaction', 'banaction_allports'];

/** What fail2ban's jail.conf has to be referred to by `action`, and nothing else reads. */
const OF_ACTIONS = /^(?:action_.*|destemail|sender|sendername|mta|blocktype|returntype|fail2ban_agent)$/;

/** How what a jail reads from files is read. */
function ofFiles(name: string, value: string, isOfJournal: boolean): Answer | undefined {
  switch (name) {
    case 'logencoding':
      if (isOfJournal || /^(?:auto|utf-?8|ascii|)$/i.test(value.trim())) return notNeeded('lines are read as UTF-8');
      return differently(
        [],
        'lines are read as UTF-8; what is not becomes U+FFFD, and addresses are found all the same',
      );
    case 'logtimezone':
      if (isOfJournal) return notNeeded('entries of the journal have their own time');
      return notPossible(
        'a date without a zone is in that of this machine: let the service write the zone, or log to the journal',
      );
    case 'skip_if_nologs':
    case 'systemd_if_nologs':
      return notNeeded('f2b-tail waits for files that are not there yet');
    default:
      return undefined;
  }
}

/** What of a jail an answer depends on. */
export interface OptionOf {
  /** The filter of the jail. */
  readonly filter: string;
  readonly isOfJournal: boolean;
}

/** What becomes of an option that has no key of its own here. `jail`: undefined for one of [DEFAULT]. */
export function otherAnswer(option: JailOption, value: string, jail?: OptionOf): Answer {
  const { name, isReferredTo, isStock } = option;
  if (PARTS.includes(name))
    return notNeeded(
      isReferredTo || isStock
        ? 'it is part of action or filter, see there'
        : 'neither action nor filter has it in it, so that it is without effect in fail2ban, too',
    );
  if (!SETTINGS.includes(name) && (isReferredTo || isStock))
    return notNeeded('fail2ban has no such setting; what refers to it has its value');
  const answer = ofFiles(name, value, jail?.isOfJournal === true);
  if (answer !== undefined) return answer;
  if (OF_ACTIONS.test(name))
    return notNeeded('nothing that fail2ban does here refers to it; to be told by mail or otherwise: f2b.action(5)');
  const hint = fail2banAnswer(name, value, jail?.filter ?? 'NAME');
  if (hint !== undefined) return hinted(hint);
  const meant = nearest(name, [...SETTINGS, ...PARTS]);
  const unused = `fail2ban has no such setting, and nothing refers to it${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  if (jail === undefined) return meant === undefined ? notNeeded(unused) : notPossible(unused);
  return notPossible(`${unused}; an option of the filter is Filter=${jail.filter}[${name}=…]`);
}

function hinted(hint: string): Answer {
  return hint.startsWith('drop it') ? notNeeded(hint.replace(/^drop it: /, '')) : notPossible(hint);
}

/** Why an option has no value. */
export function unreadAnswer({ problems }: JailOption): Answer {
  return notPossible(problems.map(({ message }) => message).join('; '));
}

export function finding({ name, raw, value, place }: JailOption, answer: Answer): Finding {
  return { ...answer, option: name, value: value ?? raw, place };
}

/** Of [DEFAULT], what belongs to no jail alone and somebody wrote himself. `jails`: those that are carried over. */
export function defaultFindings(
  { options }: Fail2banJail,
  jails: readonly Fail2banJail[],
  inherited: readonly string[],
): readonly Finding[] {
  const isReferredTo = (name: string) => jails.some((jail) => isReferredFrom(jail, name));
  return [...options.values()]
    .filter(({ name, isStock }) => !isStock && !inherited.includes(name))
    .map((option) => {
      const known = { ...option, isReferredTo: isReferredTo(option.name) };
      return finding(known, otherAnswer(known, option.value ?? option.raw));
    });
}

function isReferredFrom({ options }: Fail2banJail, name: string): boolean {
  const option = options.get(name);
  return option !== undefined && !option.isOwn && option.isReferredTo;
}

/** Of fail2ban itself, what somebody wrote himself. */
export function serverFindings(options: readonly JailOption[]): readonly Finding[] {
  return options.filter(({ isStock }) => !isStock).map((option) => finding(option, ofServer(option)));
}

function ofServer(option: JailOption): Answer {
  const { name, value } = option;
  if (value === undefined) return unreadAnswer(option);
  if (name === 'dbpurgeage') return memory(value);
  return hinted(
    fail2banAnswer(name, value, '') ?? 'fail2ban has no such setting, or f2b none like it: see f2b.conf(5)',
  );
}

/** How long fail2ban remembers bans, and so counts them for growing ban times. */
function memory(value: string): Answer {
  const time = timeSpan(value);
  const problem = time === undefined ? undefined : valueProblem('Ban', 'OffenderMemory', time);
  if (time === undefined || problem !== undefined)
    return notPossible('it is no time span of at most ten years: write OffenderMemory= in [Ban] of f2bd.conf');
  return carried('Ban', 'OffenderMemory', time);
}
