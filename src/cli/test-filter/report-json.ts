/** What programs read: one JSON object a line, or one for all. */
import type { Zone } from '../../filter/dated-lines.js';
import type { Hit, Verdict } from '../../filter/filter.js';
import { isoInstant } from '../../text/instant.js';
import { jsonLine } from '../print/json.js';
import type { Statistics } from './statistics.js';

/** The verdict on line `number`, with a newline. */
export function verdictJson(number: number, verdict: Verdict, zone: Zone): string {
  switch (verdict.outcome) {
    case 'failure': {
      const failures = verdict.hits.map((hit) => hitJson(hit, zone));
      return `${jsonLine({ line: number, outcome: 'failure', failures })}\n`;
    }
    case 'slow':
      return `${jsonLine({ line: number, outcome: 'none', slow: verdict.regex })}\n`;
    case 'ignored':
      return `{"line":${number},"outcome":"ignored"}\n`;
    case 'none':
    case 'gained':
      return `{"line":${number},"outcome":"none"}\n`;
  }
}

function hitJson({ id, address, at, evidence, fields }: Hit, zone: Zone): object {
  return {
    id,
    ...(address && address.text !== id && { address: address.text }),
    time: isoInstant(at, zone),
    matches: evidence.length,
    fields,
  };
}

export function summaryJson(statistics: Statistics, seconds: number): string {
  const { entries, failures, ignored, missed } = statistics;
  const entriesPerSecond = seconds > 0 ? Math.round(entries / seconds) : 0;
  return `${JSON.stringify({ entries, failures, ignored, missed, seconds, entriesPerSecond })}\n`;
}
