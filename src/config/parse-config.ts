/**
 * The texts of all configuration files → the checked configuration, with every problem at once. The value is complete
 * even then, with defaults in place of what is wrong: it serves to find further problems, never to be put in force.
 */
import type { Parsed, Problem } from '../core/problem.js';
import { type Assigned, list, scalar } from './assigned.js';
import type { Config, JailConfig } from './config.js';
import type { ConfigTexts, SourceFiles } from './config-texts.js';
import { type Assignment, parseSyntax } from './files/syntax.js';
import { geoIpDirectories } from './geoip-directories.js';
import { inOrder } from './in-order.js';
import { readActions, readJail } from './jail.js';
import { agentKeys, jailKeys } from './keys/keys.js';
import { checkKnown, type FileKind } from './keys/known-keys.js';
import { readLimits, readSpared } from './limits.js';
import { allSteps, eachInSteps, type Steps } from './steps.js';
import { parseServices, type ServiceLookup } from './values/services.js';
import { neverReached, withoutEffect, withoutEffectAnywhere } from './without-effect.js';

function readTexts(files: SourceFiles, kind: FileKind, problems: Problem[]): Assignment[] {
  const trees = files.texts.map(({ path, text }) => parseSyntax(text, path));
  const filter = trees
    .flatMap(({ value }) => value.assignments)
    .findLast(({ section, key }) => section === 'Jail' && key === jailKeys.filter.name)
    ?.value.replace(/\[.*/s, '');
  for (const tree of trees) problems.push(...tree.problems, ...checkKnown(tree.value, kind, filter));
  return trees.flatMap(({ value }) => value.assignments);
}

/** The configuration with all its problems. */
export type ParsedConfig = Parsed<Config> & { readonly value: Config };

export function parseConfig(texts: ConfigTexts): ParsedConfig {
  return allSteps(parseInSteps(texts));
}

export function* parseInSteps(texts: ConfigTexts): Steps<ParsedConfig> {
  const problems: Problem[] = [];
  const services = parseServices(texts.services);
  const agent: Assigned = { assignments: readTexts(texts.agent, 'agent', problems), problems };
  checkDefaults(agent, services, texts);
  const defaults = agent.assignments.filter(({ section }) => section === 'Ban');
  const jails = yield* eachInSteps(texts.jails, (files) => {
    const own = readTexts(files, 'jail', problems);
    const file = files.texts[0]?.path ?? files.name;
    const jail = readJail({ name: files.name, file, defaults, own }, services, texts.machine);
    problems.push(...jail.problems, ...withoutEffect(own, jail.value));
    return jail.value;
  });
  problems.push(...checkTwins(jails), ...withoutEffectAnywhere(defaults, jails), ...neverReached(jails));
  const value: Config = {
    jails,
    filterPath: [...texts.filterFolders, ...list(agent, agentKeys.filterPath).map(({ value }) => value)],
    firewall: scalar(agent, agentKeys.firewall).value,
    logFailures: scalar(agent, agentKeys.logFailures).value,
    verifyInterval: scalar(agent, agentKeys.verifyInterval).value,
    actions: readActions({ assignments: defaults, problems: [] }),
    lineBudget: scalar(agent, agentKeys.lineBudget).value,
    texts,
  };
  return { value, problems: inOrder(problems) };
}

/** The defaults of f2bd.conf are checked on their own too, so that a wrong one shows even when no jail uses it; as is what the agent itself does not use. */
function checkDefaults(assigned: Assigned, services: ServiceLookup, { agent, machine }: ConfigTexts): void {
  readLimits(assigned, services, { file: agent.texts[0]?.path ?? agent.name, line: 0 });
  readSpared(assigned, machine);
  geoIpDirectories(assigned);
}

/** Two jails with the same filter, entries and limits ban everybody twice: most likely a copied file. */
function checkTwins(jails: readonly JailConfig[]): readonly Problem[] {
  const seen = new Map<string, JailConfig>();
  return jails.flatMap((jail) => {
    if (!jail.enabled || jail.settings.recidive) return [];
    const { filter, journal, settings } = jail;
    const identity = JSON.stringify([filter, journal, settings.maxretry, settings.findtime]);
    const twin = seen.get(identity);
    seen.set(identity, jail);
    if (twin === undefined) return [];
    const message = `the jails ${twin.name} and ${jail.name} have the same filter, units and limits`;
    const hint = 'switch one of them off with Enabled=no, or change its MaxRetry= or FindTime=';
    return [{ file: jail.file, line: 0, message, hint, severity: 'warning' as const }];
  });
}
