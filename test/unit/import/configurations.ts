/** Configurations of fail2ban as people publish them, written for these tests; by path below /etc/fail2ban. */
export type Configuration = Readonly<Record<string, string>>;

/** What fail2ban's own jail.conf does for the others: where filter and action come from. */
const BASE = `[INCLUDES]
before = paths.conf
[DEFAULT]
bantime = 10m
findtime = 10m
maxretry = 5
mode = normal
filter = %(__name__)s[mode=%(mode)s]
port = 0:65535
protocol = tcp
banaction = nftables
banaction_allports = nftables[type=allports]
action_ = %(banaction)s[port="%(port)s", protocol="%(protocol)s"]
action_mwl = %(action_)s
    sendmail-whois-lines[sender="root", dest="admin@example.org"]
action = %(action_)s
[sshd]
port = ssh
logpath = %(sshd_log)s
`;
const PATHS = '[DEFAULT]\nsshd_log = /var/log/auth.log\n';
const common: Configuration = { 'jail.conf': BASE, 'paths.conf': PATHS };

export const configurations = {
  increments: {
    ...common,
    'jail.local': `[DEFAULT]
bantime.increment = true
bantime.factor = 2
bantime.maxtime = 5w
bantime.rndtime = 8m
bantime.multipliers = 1 5 30 60
bantime.overalljails = true
bantime.formula = ban.Time * math.exp(float(ban.Count+1)*banFactor)
ignoreip = 127.0.0.1/8, 198.51.100.0/255.255.255.0 not_a/word
[sshd]
enabled = true
mode = aggressive
bantime = -1
usedns = no
ignorecommand = /usr/local/bin/known-host <ip>
`,
  },
  mail: { ...common, 'jail.local': '[sshd]\nenabled = yes\naction = %(action_mwl)s\ndestemail = me@example.org\n' },
  'own filter with a date': {
    ...common,
    'jail.d/app.local': `[app]
enabled = true
port = 8080,9000:9002
protocol = all
logpath = /srv/app/*.log tail
failregex = %(known/failregex)s
    ^also bad <HOST>$
`,
    'filter.d/app.conf': '[Definition]\nfailregex = ^bad <HOST>$\ndatepattern = ^%%Y-%%m-%%d %%H:%%M\n',
  },
  'ipset lists': {
    ...common,
    'jail.local': '[sshd]\nenabled = 1\nbanaction = iptables-ipset-proto6-allports\nignoreip = file:/etc/friends.txt\n',
  },
  Docker: {
    ...common,
    'jail.local': `[vault]
enabled = true
filter = vault
backend = systemd
journalmatch = CONTAINER_NAME=vault + _SYSTEMD_UNIT=docker.service
chain = DOCKER-USER
action = %(banaction_allports)s
`,
    'filter.d/vault.conf': '[INCLUDES]\nbefore = vault-common.conf\n[Definition]\nfailregex = ^%(start)s <HOST>$\n',
    'filter.d/vault-common.conf': '[DEFAULT]\nstart = bad\n',
  },
  Cloudflare: {
    ...common,
    'jail.local': `[nginx-http-auth]
enabled = true
port = 80,443
logpath = /var/log/nginx/error.log
action = cloudflare[cfuser="me", cftoken="secret"]
    %(action_)s
`,
  },
} satisfies Readonly<Record<string, Configuration>>;
