/** `f2bctl top`: a live screen of what is going on, and the same once for programs and pipes. */
import { InvalidArgumentError } from 'commander';
import { sleep } from '../../async/time/sleep.js';
import type { AgentClient } from '../../control/client.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import { EVENT_FIELDS } from '../../events/fields.js';
import type { Screen } from '../../host/screen.js';
import { exactMeasure } from '../../text/width.js';
import { type AddCommand, isForPrograms, type OutputOptions, outputOption, withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { eventMatches } from '../event-matches.js';
import { type GeoIpOptions, geoipOption, locating } from '../geoip.js';
import { journalOrWhyNot } from '../journal-or-why-not.js';
import { jsonText } from '../print/json.js';
import { styleFor } from '../print/style.js';
import { storyOf } from '../story.js';
import { screenLines } from '../top/draw.js';
import { type FigureInputs, FigureSource } from '../top/figure-source.js';
import { listingOf } from '../top/listing.js';
import { topRecord } from '../top/record.js';
import { runSession } from '../top/session.js';
import { printedView } from '../top/view.js';

interface TopOptions extends OutputOptions, GeoIpOptions {
  readonly batch?: boolean;
  readonly iterations?: number;
  /** µs */
  readonly delay: number;
}

/** Beside the agent. */
type Sources = Pick<FigureInputs, 'journal' | 'geoip'>;

/** Of a screen that is printed. */
const PRINTED = { columns: 80, rows: 40 };

/** `f2bctl top [--batch] [-n N] [-d SECONDS]` */
export const addTop: AddCommand = (program, dependencies) => {
  program
    .command('top')
    .description('watch on a live screen what is going on: rates, bans, events, who fails most')
    .option('-b, --batch', 'print it, once, instead of a live screen')
    .option('-n, --iterations <n>', 'print it so many times', iterations)
    .option('-d, --delay <seconds>', 'ask the agent so often', delay, MICROS_PER_SECOND)
    .addOption(geoipOption())
    .addOption(outputOption())
    .action(async (options: TopOptions) => {
      const isPrinted = options.batch === true || options.iterations !== undefined || isForPrograms(options);
      const journal = await journalOrWhyNot(() =>
        dependencies.openJournal({ matches: eventMatches(dependencies), fields: EVENT_FIELDS }),
      );
      try {
        await locating(options, dependencies, (_, geoip) => {
          const show = isPrinted ? printed : live;
          return show(options, { journal, geoip }, dependencies);
        });
      } finally {
        if (!(journal instanceof F2bError)) journal.close();
      }
    });
};

function iterations(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 on.');
  return Number(text);
}

function delay(text: string): number {
  const seconds = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds < 0.1 || seconds > 3_600) throw new InvalidArgumentError('It must be a number of seconds, 0.1 to 3600.');
  return Math.round(seconds * MICROS_PER_SECOND);
}

async function printed(options: TopOptions, sources: Sources, dependencies: Dependencies): Promise<void> {
  const { clock, output, environment, zone } = dependencies;
  const style = styleFor(output, environment, await exactMeasure());
  const size = { ...PRINTED, columns: Math.max(PRINTED.columns, output.columns ?? 0) };
  await withAgent(dependencies, async (client) => {
    const source = await FigureSource.begin({ client, clock, ...sources });
    for (let left = options.iterations ?? 1; left > 0; left -= 1) {
      // Rates need two answers.
      await sleep(clock, options.delay);
      await source.poll();
      source.readNew();
      const { figures } = source;
      const now = { now: clock.now(), zone };
      if (isForPrograms(options)) {
        output.write(jsonText(topRecord(figures, now.now), options.output));
        continue;
      }
      const lines = screenLines(figures, printedView, listingOf(figures, printedView), size, style, now);
      // Without the keys, and without the room that nothing takes.
      const text = lines
        .slice(0, -1)
        .join('\n')
        .replace(/\n{3,}/g, '\n\n');
      output.write(`${text.trimEnd()}\n${left > 1 ? '\n' : ''}`);
    }
  });
}

async function live(options: TopOptions, sources: Sources, dependencies: Dependencies): Promise<void> {
  const { clock, zone, output, environment, openScreen } = dependencies;
  if (openScreen === undefined) throw noScreen();
  const style = styleFor(output, environment, await exactMeasure());
  let screen: Screen | undefined;
  const work = async (client: AgentClient): Promise<void> => {
    // Whoever has no right, or no agent, is told so before the screen is taken.
    const source = await FigureSource.begin({ client, clock, ...sources });
    const opened = await openScreen();
    screen = opened;
    try {
      const story = (explanation: Parameters<typeof storyOf>[0]) => storyOf(explanation, dependencies);
      await runSession({ source, client, screen: opened, clock, zone, style, delay: options.delay, story });
    } finally {
      opened.close();
    }
  };
  await withAgent(dependencies, work, () => screen?.lend() ?? (() => undefined));
}

function noScreen(): F2bError {
  const hint = 'f2bctl top --batch prints one screen, and f2bctl log --follow what happens';
  return new F2bError('USAGE', 'top needs a terminal on which text can be placed, at its input and output', { hint });
}
