/**
 * Clients choose names, paths and greetings, and put into them what looks like a message about somebody else. Whatever
 * stands there, our own filters never charge the address in it.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDatedLines } from '../../../src/filter/dated-lines.js';
import { type Filter, loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import { readSamples, type SampleLine, type SampleRun } from '../../support/read-samples.js';
import { repository } from '../../support/repository.js';

const samples = join(repository, 'test', 'samples');
const VICTIM = '198.51.100.66';

const usual = [
  VICTIM,
  `x from ${VICTIM} port 22 ssh2`,
  `x' from ${VICTIM}`,
  `x", client: ${VICTIM}, server: y, request: "GET / HTTP/1.1", host: "z"`,
  `x] ip=[${VICTIM}]`,
  `x ruser= rhost=${VICTIM}  user=root`,
  `x>, method=PLAIN, rip=${VICTIM}, lip=192.0.2.9`,
  `x,${VICTIM}): unknown user`,
  `unknown[${VICTIM}]: SASL LOGIN authentication failed`,
  `[client ${VICTIM}:1] x`,
];

/** Where a line holds what the client chose: its account, the request, its greeting, what it says it is. */
function chosenBy({ text, expected }: SampleLine): readonly string[] {
  const quoted = /"(?:GET|POST) (\S+)|"([^"]*)"$|(?:helo|from|to)=<([^>]+)>|sasl_username=(\S+)/g;
  const found = [...text.matchAll(quoted)].map((match) => match.slice(1).join(''));
  return [...new Set([expected.user ?? '', ...found])].filter((spot) => spot !== '' && spot !== expected.host);
}

/** Messages that would count for the victim if they were believed, with and without what stands before them. */
function messagesAbout(lines: readonly SampleLine[]): readonly string[] {
  return lines
    .map(({ text, expected }) => text.replaceAll(expected.host ?? '', VICTIM))
    .flatMap((text) => [text, text.replace(/^.*?\]:? /, '')]);
}

function injected(line: SampleLine, fakes: readonly string[]): readonly string[] {
  return chosenBy(line).flatMap((spot) => {
    const at = line.text.lastIndexOf(spot);
    const [before, after] = [line.text.slice(0, at), line.text.slice(at + spot.length)];
    return fakes.flatMap((fake) => [fake, `${spot} ${fake}`, `${fake} ${spot}`].map((text) => before + text + after));
  });
}

function load(name: string, options: SampleRun['options']): Filter {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const path = [join(repository, 'filters')];
  const { value } = loadFilter({ name, options }, { path, read, defaults: { logtype: 'file' } });
  assert.ok(value);
  return value;
}

function chargedToVictim(filter: Filter, texts: readonly string[], isJournal: boolean): readonly string[] {
  const matcher = createMatcher(filter);
  const { value: dates } = createDatedLines(filter, { now: 1_124_013_600, zone: { offsetAt: () => 0 } });
  return texts.filter((text) => {
    const verdict = matcher.match(isJournal ? { text, at: 0, cursor: '1' } : dates.read(text, '1'));
    return verdict.outcome === 'failure' && verdict.hits.some(({ id }) => id.includes(VICTIM));
  });
}

for (const name of readdirSync(samples)) {
  test(`${name}: no address within what a client chose is charged`, (context) => {
    let tried = 0;
    for (const { options, lines } of readSamples(readFileSync(join(samples, name), 'utf8'))) {
      const failures = lines.filter(({ expected }) => expected.match && expected.host);
      const fakes = [...usual, ...messagesAbout(failures)];
      const texts = failures.flatMap((line) => injected(line, fakes));
      tried += texts.length;
      assert.deepEqual(chargedToVictim(load(name, options), texts, options['logtype'] === 'journal'), []);
    }
    context.diagnostic(`${tried} lines`);
  });
}
