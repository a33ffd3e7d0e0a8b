/**
 * Rules of iptables beside those of f2b's firewall, which neither knows of the other: whom they keep out stays out, whoever
 * lifts a ban here. Those of programs that keep them up to date by themselves are nobody's mistake.
 */
import { counted } from '../../text/counted.js';
import type { Dependencies } from '../dependencies.js';
import { type Finding, warning } from './finding.js';

/** A table of nftables: `ip filter`, and the rules of its chains. */
interface Table {
  readonly name: string;
  readonly chains: ReadonlyMap<string, readonly string[]>;
}

/** As `nft list ruleset` prints them. */
function tablesIn(text: string): readonly Table[] {
  return [...text.matchAll(/^table (\S+ \S+) \{$(.*?)^\}$/gms)].map(([, name = '', body = '']) => ({
    name,
    chains: new Map(
      [...body.matchAll(/^\tchain (\S+) \{$(.*?)^\t\}$/gms)].map(([, chain = '', lines = '']) => [
        chain,
        lines.split('\n').flatMap((line) => line.trim() || []),
      ]),
    ),
  }));
}

/** Where fail2ban puts whom it bans: chains of iptables, or a table of nftables. */
const OF_FAIL2BAN = { chain: /^f2b-/, table: 'inet f2b-table' };

/** Nothing where the rules may not be read. */
export async function iptables({ run }: Pick<Dependencies, 'run'>): Promise<readonly Finding[]> {
  const answer = await run(['/usr/sbin/nft', '-t', 'list', 'ruleset']);
  if (answer?.status !== 0) return [];
  const tables = tablesIn(answer.output);
  const running = await run(['systemctl', 'is-active', '--', 'fail2ban.service']);
  return [...tables.flatMap(ownRules), ...(running?.output.trim() === 'active' ? [] : leftBehind(tables))];
}

/** It sets the policy of INPUT by itself. */
const OF_UFW = /^ufw6?-/;

/** The chain in which a rule goes on; undefined of one that says by itself what happens. */
function chainAfter(rule: string): string | undefined {
  return /(?:^| )(?:jump|goto) (\S+)$/.exec(rule.replace(/ comment "[^"]*"$/, ''))?.[1];
}

/** What a person, or a file of iptables-save, put into the chain of what comes in. */
function ownRules({ name, chains }: Table): readonly Finding[] {
  const input = /^ip6? filter$/.test(name) ? (chains.get('INPUT') ?? []) : [];
  const isOfUfw = input.some((line) => OF_UFW.test(chainAfter(line) ?? ''));
  const isClosed = !isOfUfw && input.some((line) => /^type filter .*\bpolicy drop;/.test(line));
  const rules = input.filter((line) => !line.startsWith('type ') && chainAfter(line) === undefined);
  if (rules.length === 0 && !isClosed) return [];
  const what = [...(rules.length === 0 ? [] : [counted(rules.length, 'rule')]), ...(isClosed ? ['policy drop'] : [])];
  const program = name.startsWith('ip6') ? 'ip6tables' : 'iptables';
  return [
    warning(
      `${program} is at work beside the firewall of f2b (${what.join(', ')} in INPUT): whom it keeps out f2bctl neither shows nor lets in, and what firewalld opens may stay closed`,
      `one of the two is enough: what there is shows ${program} -S INPUT; move it to firewalld or to a table of nftables, and let nothing load it any more (systemctl disable netfilter-persistent)`,
    ),
  ];
}

function leftBehind(tables: readonly Table[]): readonly Finding[] {
  const chains = tables
    .filter(({ name }) => /^ip6? filter$/.test(name))
    .flatMap((table) => [...table.chains.keys()].filter((chain) => OF_FAIL2BAN.chain.test(chain)));
  const ofIptables = [...new Set(chains)].sort();
  const hasTable = tables.some(({ name }) => name === OF_FAIL2BAN.table);
  const what = (where: string) => `fail2ban does not run, and whom it banned is still kept out by ${where}`;
  return [
    ...(ofIptables.length === 0
      ? []
      : [
          warning(
            what(`chains of iptables: ${ofIptables.join(' ')}`),
            'f2bctl unban does not reach them: iptables-save | grep -v f2b- | iptables-restore, the same with ip6tables, and save them anew where netfilter-persistent loads them',
          ),
        ]),
    ...(hasTable
      ? [
          warning(
            what(`the table ${OF_FAIL2BAN.table}`),
            `f2bctl unban does not reach it: nft delete table ${OF_FAIL2BAN.table}`,
          ),
        ]
      : []),
  ];
}
