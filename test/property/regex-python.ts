/** Python's `re` as the judge: one python3 for a whole test file, asked line by line in JSON. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** `gaveUp`: Python did not finish in half a second, or found a bug in its own engine. */
export type Answer =
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'gaveUp' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'match';
      /** In code points. */
      readonly span: readonly [number, number];
      readonly groups: readonly (string | null)[];
      readonly names: Readonly<Record<string, number>>;
    };

export interface Python {
  readonly version: string;
  search(pattern: string, text: string): Promise<Answer>;
  /** Evaluates an expression; `re` and `unicodedata` are imported. */
  evaluate(expression: string): Promise<unknown>;
  stop(): void;
}

const program = `
import json, re, signal, sys, unicodedata, warnings
warnings.simplefilter('ignore')
def stop(*_): raise TimeoutError
signal.signal(signal.SIGALRM, stop)
def answer(request):
    if 'e' in request:
        return eval(request['e'])
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        regex = re.compile(request['p'])
        found = regex.search(request['t'])
        signal.setitimer(signal.ITIMER_REAL, 0)
    except (TimeoutError, SystemError):
        signal.setitimer(signal.ITIMER_REAL, 0)
        return {'kind': 'gaveUp'}
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return {'kind': 'error', 'message': str(error)}
    if found is None:
        return {'kind': 'none'}
    return {'kind': 'match', 'span': found.span(), 'groups': [found.group()] + list(found.groups()), 'names': regex.groupindex.copy()}
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
`;

/** undefined when there is no python3 of 3.11 or later: older ones do not know atomic groups. */
export function startPython(): Python | undefined {
  const asked = spawnSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' });
  const version = asked.stdout?.trim() ?? '';
  if (asked.status !== 0 || Number(version.split('.')[1]) < 11) return undefined;
  const child = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function ask(request: object): Promise<unknown> {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error('python3 ended');
    return JSON.parse(value);
  }
  return {
    version,
    search: async (p, t) => (await ask({ p, t })) as Answer,
    evaluate: (e) => ask({ e }),
    stop: () => child.stdin.end(),
  };
}
