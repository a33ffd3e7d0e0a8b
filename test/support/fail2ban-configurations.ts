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
/** What all of them have below. */
export const common: Configuration = { 'jail.conf': BASE, 'paths.conf': PATHS };

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
bantime = 1h
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
  'Docker, with a proxy in a container': {
    ...common,
    'jail.local': `[DEFAULT]
chain = DOCKER-USER
ignoreip = 127.0.0.1/8 ::1 172.16.0.0/12
ignoreself = true
[npm-docker]
enabled = true
port = http,https
logpath = /opt/npm/data/logs/default-host_*.log
    /opt/npm/data/logs/proxy-host-*_access.log
logencoding = utf-8
skip_if_nologs = true
backend = polling
filter = npm-docker[logtype=short]
maxretry = 10
findtime = 86400
bantime = 604800
usedns = raw
action = iptables-multiport[name=npm, port="http,https", protocol=tcp, chain=%(chain)s, blocktype=DROP]
    iptables-multiport[name=npm-ssh, port=ssh, protocol=tcp, chain=INPUT]
    cloudflare-token[cfzone="abc", cftoken="secret"]
`,
    'filter.d/npm-docker.conf':
      '[Definition]\nfailregex = ^.+" (?:4\\d\\d|- 4\\d\\d) .+ \\[Client <HOST>\\] .+$\nignoreregex = \\.(?:ico|png)\n',
    'action.d/cloudflare-token.conf': '[Definition]\nactionban = curl <cfzone> <cftoken> <ip>\n',
  },
  'blocklists and who comes back': {
    ...common,
    'fail2ban.local': '[DEFAULT]\nallowipv6 = auto\n[Definition]\ndbpurgeage = 30d\nloglevel = NOTICE\n',
    'jail.local': `[DEFAULT]
banaction = iptables-ipset-proto6
banaction_allports = iptables-ipset-proto6-allports
ipset_blocktype = DROP
bantime = 1d
ignorecache = key="<ip>", max-count=100, max-time=5m
[sshd]
enabled = true
mode = extra
port = 22,2222
action = %(banaction)s[port="%(port)s", protocol="%(protocol)s", blocktype=%(ipset_blocktype)s]
    blocklist_de[email="me@example.org", service="%(filter)s", apikey="secret"]
[recidive]
enabled = true
filter = recidive
logpath = /var/log/fail2ban.log
banaction = %(banaction_allports)s
bantime = 5w
findtime = 1d
maxretry = 3
action = %(banaction_allports)s[name=%(__name__)s]
`,
  },
  'a mail server': {
    ...common,
    'jail.local': `[DEFAULT]
destemail = postmaster@example.org
sender = fail2ban@example.org
mta = sendmail
action = %(action_mwl)s
backend = systemd
maxmatches = 10
[postfix]
enabled = true
mode = aggressive
port = smtp,465,submission
journalmatch = _SYSTEMD_UNIT=postfix@-.service
[dovecot]
enabled = true
port = pop3,pop3s,imap,imaps,submission,465,sieve
protocol = tcp
maxlines = 2
filter = dovecot[mode=aggressive]
journalmatch = _SYSTEMD_UNIT=dovecot.service + _COMM=auth
[sogo-auth]
enabled = true
port = http,https
backend = auto
logpath = /var/log/sogo/sogo.log
logtimezone = UTC+0100
logencoding = latin1
`,
    'filter.d/postfix.conf': '[Definition]\nfailregex = ^warning: \\S+\\[<HOST>\\]: SASL\n',
    'filter.d/dovecot.conf': '[Definition]\nfailregex = ^auth: .* rip=<HOST>\n',
    'filter.d/sogo-auth.conf': "[Definition]\nfailregex = ^ sogod .* '<HOST>' might not have worked\n",
    'action.d/sendmail-whois-lines.conf': '[Definition]\nactionban = mail <name> <dest> <ip>\n',
  },
  'patterns and increments of a jail': {
    ...common,
    'jail.local': `[DEFAULT]
bantime.increment = true
bantime.rndtime = 2048
bantime.formula = ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor
bantime.multipliers = 1 2 4 8 16 32 64
bantime.factor = 1.5
bantime.maxtime = 1mo
bantime.overalljails = false
office = 192.0.2.0/28
[app-login]
enabled = true
filter = app-login[mode=aggressive, users="admin"]
app_log = /srv/app/log/login.log
logpath = %(app_log)s
logencoding = latin1
usedns = no
maxlines = 5
datepattern = ^\\[%%d/%%b/%%Y:%%H:%%M:%%S
prefregex = ^<F-MLFID>\\S+</F-MLFID> <F-CONTENT>.+</F-CONTENT>$
rule = bad login of <F-USER>\\S+</F-USER> 100%% from <ADDR>
failregex = %(known/failregex)s
    ^%(rule)s$
ignoreregex = from monitoring$
ignoreip = %(office)s
ignorecommand = /usr/local/bin/is-known.sh <ip> <F-USER>
maxmatches = 3
`,
    'filter.d/app-login.conf': '[Definition]\n_daemon = app\nmode = normal\nfailregex = ^%(_daemon)s: no <HOST>$\n',
  },
} satisfies Readonly<Record<string, Configuration>>;
