/**
 * What a check of the configuration finds: `f2bd --check` and `f2bctl check` tell it to people, and with `--json` to
 * programs.
 */
import { jsonReader } from '../core/json-record.js';
import { printable, printableLines } from '../core/printable.js';
import { formatProblem, isError, type Problem } from '../core/problem.js';
import { F2bError } from '../errors.js';
import { counted } from '../text/counted.js';

export interface ConfigurationCheck {
  /** Whether the agent would take it. */
  readonly valid: boolean;
  readonly directory: string;
  /** The jails there are, and how many of them are on; 0 of a configuration that is not valid. */
  readonly jails: number;
  readonly enabled: number;
  /** It was read with the rights of the agent's user, or with those of who asked. */
  readonly rights: 'agent' | 'own';
  /** What is wrong with its files. */
  readonly problems: readonly Problem[];
  /** What keeps enabled jails from hearing their units. */
  readonly units: readonly UnitTrouble[];
}

interface UnitTrouble {
  readonly message: string;
  readonly hint: string;
}

/** Why the agent does not take the configuration; `hint` where it is not for the agent. */
export function refusal(problems: readonly Problem[], hint?: string): F2bError {
  const count = counted(problems.filter(isError).length, 'problem');
  const detail = `${count}\n${problems.map(formatProblem).join('\n')}`;
  return new F2bError('CONFIG_INVALID', detail, hint === undefined ? {} : { hint });
}

/** Of a valid configuration: what is wrong all the same. */
export function warningLines({ problems, units }: ConfigurationCheck): readonly string[] {
  return [
    ...problems.map(formatProblem),
    ...units.map(({ message, hint }) => printableLines(`${message}\n  hint: ${hint}`)),
  ];
}

/** Of a valid configuration. */
export function validLine({ directory, jails, enabled, rights }: ConfigurationCheck): string {
  const whose = rights === 'agent' ? 'with the rights of the user f2b' : 'with your own rights';
  return printable(`OK: ${directory}, ${enabled} of ${jails} jails enabled, read ${whose}`);
}

/** One line, which `checkInJson` reads. */
export function jsonOfCheck(check: ConfigurationCheck): string {
  return printable(JSON.stringify(checkRecord(check)));
}

/** For programs, which are told of each problem how bad it is. */
export function checkRecord(check: ConfigurationCheck): ConfigurationCheck {
  return { ...check, problems: check.problems.map(problemRecord) };
}

export function problemRecord({ file, line, severity = 'error', message, hint }: Problem): Problem {
  return { file, line, severity, message, ...(hint === undefined ? {} : { hint }) };
}

/** Undefined for what `jsonOfCheck` did not write. */
export function checkInJson(text: string): ConfigurationCheck | undefined {
  const reader = jsonReader(() => new SyntaxError());
  try {
    const { valid, directory, jails, enabled, rights, problems, units } = reader.record(JSON.parse(text));
    return {
      valid: valid === true,
      directory: reader.text(directory),
      jails: reader.number(jails),
      enabled: reader.number(enabled),
      rights: rights === 'agent' ? 'agent' : 'own',
      problems: reader.list(problems).map((value) => {
        const { file, line, message, hint, severity } = reader.record(value);
        const whole = { file: reader.text(file), line: reader.number(line), message: reader.text(message) };
        const known = severity === 'warning' ? ('warning' as const) : ('error' as const);
        return { ...whole, severity: known, ...(hint === undefined ? {} : { hint: reader.text(hint) }) };
      }),
      units: reader.list(units).map((value) => {
        const { message, hint } = reader.record(value);
        return { message: reader.text(message), hint: reader.text(hint) };
      }),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
