/** `f2bctl report`: what happened in a time, summed up from the agent's events. Needs no agent. */
import { F2bError } from '../../errors.js';
import { EVENT_FIELDS } from '../../events/fields.js';
import { requireTime } from '../arguments/time-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { eventMatches } from '../event-matches.js';
import { forwards, jailPatterns } from '../event-reader.js';
import { type GeoIpOptions, geoipOption, locating } from '../geoip.js';
import { tellUnknown } from '../log-selection.js';
import { reportLines } from '../print/report.js';
import { type Figures, figuresOf, REPORTED, type Scope } from '../report/figures.js';
import { reportHtml } from '../report/page/report-html.js';

interface ReportOptions extends OutputOptions, GeoIpOptions {
  readonly since: string;
  readonly until?: string;
  readonly jail?: string;
  readonly html?: string;
  readonly directory?: string;
}

/** `f2bctl report [--since TIME] [--until TIME] [--jail JAIL] [--html FILE]` */
export const addReport: AddCommand = (program, dependencies) => {
  program
    .command('report')
    .description('sum up failures and bans: totals, trends, jails, user names, networks')
    .option('-S, --since <time>', 'from this time on', '-7d')
    .option('-U, --until <time>', 'up to this time')
    .option('-j, --jail <jail>', 'only of this jail')
    .option('--html <file>', 'write a page with charts to this file')
    .option('-D, --directory <dir>', 'read the journal files of this folder')
    .addOption(geoipOption())
    .addOption(outputOption())
    .action(async (options: ReportOptions) => {
      const figures = await figuresFor(options, dependencies);
      const { html: file } = options;
      if (file !== undefined) {
        dependencies.configuration.writeOutput(file, reportHtml(figures, dependencies.zone));
        dependencies.errors.write(`Created ${file}.\n`);
        return;
      }
      await print(dependencies, options, figures, (style, now) => reportLines(figures, style, now));
      const { jail, directory } = options;
      if (jail === undefined || figures.failures + figures.bans + figures.unbans > 0) return;
      await tellUnknown({ jail: [jail], ...(directory !== undefined && { directory }) }, dependencies);
    });
};

function figuresFor(options: ReportOptions, dependencies: Dependencies): Promise<Figures> {
  return locating(options, dependencies, (locate, geoip) =>
    countedFigures(options, dependencies, geoip === undefined ? {} : { locate }),
  );
}

async function countedFigures(
  options: ReportOptions,
  { now, zone, agentUser, openJournal }: Dependencies,
  located: Pick<Scope, 'locate'>,
): Promise<Figures> {
  const until = options.until === undefined ? now() : requireTime('--until', options.until, now(), zone);
  const since = requireTime('--since', options.since, now(), zone);
  if (since >= until) throw new F2bError('USAGE', '--since must be before --until');
  const { jail } = options;
  const ofJail = jail === undefined ? {} : { jail };
  const elsewhere = options.directory === undefined ? {} : { directory: options.directory };
  const matches = eventMatches({ agentUser }, options.directory);
  const journal = await openJournal({ matches, fields: EVENT_FIELDS, ...elsewhere });
  try {
    const selection = {
      addresses: undefined,
      jails: jail === undefined ? undefined : jailPatterns([jail]),
      since,
      until,
      kinds: REPORTED,
    };
    return figuresOf(forwards(journal, selection), { since, until, zone, ...ofJail, ...located });
  } finally {
    journal.close();
  }
}
