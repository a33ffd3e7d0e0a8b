/** Shows for one line what matched where, with the captures by name, or which regex came closest. */
import type { Explanation, NearMiss, RuleMatch } from '../../filter/explain.js';
import type { Verdict } from '../../filter/filter.js';
import type { Rule } from '../../filter/rule.js';
import type { Style } from '../print/style.js';
import { excerpt } from './excerpt.js';

/** How the lines are that filters are written for, when not even the beginning of one fits. */
const strange = [
  '  no regex matches even its beginning; filters want lines as the journal has them, HOST IDENT[PID]: MESSAGE,',
  '  or with --file as the log file has them',
];

export function lineReport(verdict: Verdict, explanation: Explanation, style: Style): string {
  const { ignored, matches, closest } = explanation;
  const isStrange = verdict.outcome === 'none' && matches.length + ignored.length === 0 && closest === undefined;
  const body = isStrange ? strange : bodyOf(explanation, style);
  return `${[headline(verdict, matches.length, style), ...body].join('\n')}\n`;
}

function headline(verdict: Verdict, matches: number, style: Style): string {
  switch (verdict.outcome) {
    case 'failure': {
      const ids = verdict.hits.map(
        ({ id, address, evidence }) =>
          `${excerpt(address === undefined || address.text === id ? id : `${address.text} (${id})`)}${evidence.length > 1 ? ` (with ${evidence.length - 1} lines before)` : ''}`,
      );
      return style.red(`failure of ${ids.join(', ')}`);
    }
    case 'ignored':
      return style.bold('ignored');
    case 'gained':
      return style.green('access gained, no failure');
    case 'slow':
      return style.red(`passed over: ${excerpt(verdict.regex)} takes too long on it`);
    case 'none':
      if (verdict.isCut) return style.bold('no failure: the message may have been cut off, so its address is not sure');
      return style.bold(matches > 0 ? 'no failure in itself, remembered for its session' : 'not matched');
  }
}

function bodyOf({ prefregex, ignored, matches, closest }: Explanation, style: Style): string[] {
  const [first, ...others] = matches;
  return [
    ...(prefregex === undefined ? [] : [`  ${title(prefregex.rule)}`]),
    ...(first === undefined ? [] : matchLines(first, prefregex, style)),
    ...ignored.map((match) => `  ${title(match.rule)}`),
    ...others.map(({ rule }) => style.dim(`  would match too: ${title(rule)}`)),
    ...(closest === undefined ? [] : missLines(closest, style)),
  ];
}

function title(rule: Rule): string {
  return `${rule.kind}  ${place(rule)}  ${excerpt(rule.written, 300)}`;
}

function place({ file, line }: Rule): string {
  return line > 0 ? `${file}:${line}` : file;
}

function matchLines(match: RuleMatch, prefregex: RuleMatch | undefined, style: Style): string[] {
  const captures = new Map([...(prefregex?.captures ?? []), ...match.captures]);
  captures.delete('content');
  const names = [...captures].map(([name, value]) => {
    const text = typeof value === 'string' ? value : value.map((part) => part ?? '').join(', ');
    return `    ${name.padEnd(10)} ${excerpt(text)}`;
  });
  return [`  ${title(match.rule)}`, ...spanLines(match, style), ...names];
}

function missLines(miss: NearMiss, style: Style): string[] {
  return [
    `  closest: ${place(miss.rule)}`,
    `    ${style.green(excerpt(miss.matched))}${style.red(excerpt(miss.failed))}`,
    `    the regex matches up to ${style.bold(excerpt(miss.matched.slice(-40)))}, then the line has:`,
    ...spanLines(miss, style),
  ];
}

/** The text with the matched part underlined. */
function spanLines({ text, start, end }: { text: string; start: number; end: number }, style: Style): string[] {
  const before = excerpt(text.slice(0, start));
  const inside = excerpt(text.slice(start, end).replace(/\n$/, ''));
  const after = excerpt(text.slice(end).replace(/\n$/, ''));
  return [`    ${before}${style.bold(inside)}${after}`, `    ${' '.repeat(before.length)}${'~'.repeat(inside.length)}`];
}
