/** Options of other programs, by the verb that people write them behind, and what does the same here. Nothing is guessed. */

type Answers = readonly (readonly [options: string, answer: string])[];

const journal = 'journalctl -u f2bd, with that option';
const length = 'f2bctl ban ADDRESS --for TIME';

const answers: Readonly<Record<string, Answers>> = {
  status: [
    ['-a --all -l --full', 'f2bctl status, which leaves nothing out'],
    ['-n --lines -f --follow -S --since -U --until', 'f2bctl log -j JAIL, with the options of journalctl'],
    ['-v --verbose -p --property', 'f2bctl show JAIL'],
  ],
  bans: [
    ['-a --all', 'f2bctl bans; those that are over: f2bctl log --event=ban'],
    ['-S --since -U --until --expired --history', 'f2bctl log --event=ban,unban --since TIME'],
    ['-i --ip --range --address', 'f2bctl bans ADDRESS'],
    [
      '--with-time -l --long --full -v --verbose',
      'f2bctl bans, which tells the times too; f2bctl why ADDRESS tells all',
    ],
    ['--limit --tail --head', 'f2bctl bans -n N, the newest; with -r the oldest'],
    ['-c --count', 'f2bctl status'],
    ['--no-legend --plain -q --quiet --csv', 'f2bctl bans --json, for programs'],
    ['--filter', 'f2bctl bans JAIL, or: f2bctl bans ADDRESS'],
    ['--ipv4', 'f2bctl bans -4'],
    ['--ipv6', 'f2bctl bans -6'],
    ['-u --unit', 'f2bctl bans JAIL'],
  ],
  ban: [
    ['-t --time --duration --timeout --bantime --until', length],
    ['--permanent --forever', 'f2bctl ban ADDRESS --for infinity'],
    ['-r -m --comment --message --description', 'f2bctl ban ADDRESS --reason TEXT'],
    ['-i --ip --range --address --source', 'f2bctl ban ADDRESS'],
    ['-u --unit', 'f2bctl ban ADDRESS --jail JAIL'],
    ['--input', 'f2bctl ban --file FILE'],
    ['-y --yes', 'f2bctl ban ADDRESS, which asks nothing'],
    ['-f', 'f2bctl ban --file FILE'],
    ['--dry-run', 'f2bctl why ADDRESS, which tells who spares it'],
    ['-p --port --dport --proto --protocol', 'f2bctl ban ADDRESS; what is closed to it: Disposition= in f2b.unit(5)'],
  ],
  unban: [
    ['-i --ip -r --range --address --source', 'f2bctl unban ADDRESS'],
    ['-u --unit', 'f2bctl unban ADDRESS --jail JAIL'],
    ['-y --yes -f', 'f2bctl unban ADDRESS, which asks nothing'],
    ['--all-jails', 'f2bctl unban ADDRESS, which is of all jails'],
  ],
  why: [['-i --ip --address', 'f2bctl why ADDRESS']],
  allow: [
    ['-t --time --duration --timeout --until', 'f2bctl allow ADDRESS --for TIME'],
    ['-m --comment --message --description', 'f2bctl allow ADDRESS --reason TEXT'],
    ['-i --ip --range --address --source', 'f2bctl allow ADDRESS'],
  ],
  disallow: [['-a --all', 'f2bctl disallow 0.0.0.0/0 ::/0']],
  log: [
    ['-a --all -l --full --no-full', 'f2bctl log, which leaves nothing out'],
    ['--no-tail', 'f2bctl log --follow --lines=all'],
    ['--tail', 'f2bctl log -n 20'],
    ['-k --dmesg -m --merge --user --system --facility --root --image -M --machine -i --file', journal],
    ['-t --identifier -T --exclude-identifier --namespace -N --fields -F --field', journal],
    ['-I --invocation --list-invocations --truncate-newline', journal],
    ['--list-catalog --dump-catalog --update-catalog --new-id128 --setup-keys', 'journalctl, with that option'],
    ['--list-boots --disk-usage --vacuum-size --vacuum-time --vacuum-files', 'journalctl, with that option'],
    ['--rotate --sync --flush --verify --header', 'journalctl, with that option'],
  ],
  top: [
    ['--once -1', 'f2bctl top --batch'],
    ['--interval --refresh -s', 'f2bctl top -d SECONDS'],
  ],
  report: [
    ['--days --last', 'f2bctl report --since=-7d'],
    ['--today', 'f2bctl report --since=today'],
    ['--yesterday', 'f2bctl report --since=yesterday --until=today'],
  ],
  doctor: [['--fix --repair', 'f2bctl doctor, which says how to mend each thing']],
  verify: [['--fix --repair', 'f2bctl verify, which mends what it finds']],
  'list-jails': [
    ['--state --type -t', 'f2bctl list-jails --all'],
    ['--enabled', 'f2bctl list-jails'],
    ['--no-legend --plain -q --quiet', 'f2bctl list-jails --json, for programs'],
  ],
  show: [
    ['-a --all -l --full', 'f2bctl show JAIL, which leaves nothing out'],
    ['-P', 'f2bctl show JAIL KEY --value'],
  ],
  edit: [['--runtime --drop-in --stdin', 'f2bctl set JAIL KEY=VALUE [--runtime]']],
  enable: [
    ['-a --all', 'f2bctl enable --detected'],
    ['--runtime', 'f2bctl set JAIL Enabled=yes --runtime'],
  ],
  disable: [
    ['-a --all', 'systemctl disable --now f2bd'],
    ['--runtime', 'f2bctl set JAIL Enabled=no --runtime'],
  ],
  reload: [['-a --all --unban --if-exists --restart', 'f2bctl reload; to start anew: systemctl restart f2bd']],
  test: [['--filter -r --regex', 'f2bctl test FILTER LINE…, or --file FILE']],
  metrics: [['-o --output', 'f2bctl status --output=json']],
};

/** All of them, for a test that holds that none is an option of ours. */
export function foreignOptions(): readonly (readonly [verb: string, option: string])[] {
  return Object.entries(answers).flatMap(([verb, pairs]) =>
    pairs.flatMap(([options]) => options.split(' ').map((option) => [verb, option] as const)),
  );
}

/** What to type instead of an option behind a verb that is not of f2bctl; undefined where nobody knows of any. */
export function foreignOption(verb: string, option: string): string | undefined {
  return answers[verb]?.find(([options]) => options.split(' ').includes(option))?.[1];
}

/** The same for a word that a verb does not take. */
const withoutWords: Readonly<Record<string, string>> = {
  reload: 'f2bctl reload, which reads all of it',
  verify: 'f2bctl verify, which compares all of it',
  doctor: 'f2bctl doctor, which looks at all of it',
  actions: 'f2bctl actions',
  allowed: 'f2bctl allowed; of one address: f2bctl why ADDRESS',
  top: 'f2bctl top, and / there to filter',
  report: 'f2bctl report [--jail JAIL] [--since TIME]',
};

/** What to type where a verb has more words than it takes, or fewer; undefined where nobody knows. */
export function foreignWording(
  code: string,
  [verb = '', first = '', second = '']: readonly string[],
): string | undefined {
  const isChange = code === 'commander.excessArguments' && verb === 'simulate' && second.includes('=');
  if (isChange) return `f2bctl simulate ${first} -p ${second}`;
  if (code === 'commander.excessArguments') return withoutWords[verb];
  const isSetting = code === 'commander.missingArgument' && verb === 'set' && first.includes('=');
  return isSetting ? `f2bctl set JAIL ${first}` : undefined;
}
