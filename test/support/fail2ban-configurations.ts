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

/** What Debian's jail.conf has, as far as people refer to it. */
const DEBIAN = `[INCLUDES]
before = paths-debian.conf
[DEFAULT]
ignorecommand =
bantime = 10m
findtime = 10m
maxretry = 5
backend = auto
usedns = warn
logencoding = auto
enabled = false
mode = normal
filter = %(__name__)s[mode=%(mode)s]
destemail = root@localhost
sender = root@<fq-hostname>
mta = sendmail
protocol = tcp
chain = <known/chain>
port = 0:65535
banaction = nftables
banaction_allports = nftables[type=allports]
action_ = %(banaction)s[port="%(port)s", protocol="%(protocol)s", chain="%(chain)s"]
action_mw = %(action_)s
            %(mta)s-whois[sender="%(sender)s", dest="%(destemail)s", protocol="%(protocol)s", chain="%(chain)s"]
action_mwl = %(action_)s
             %(mta)s-whois-lines[sender="%(sender)s", dest="%(destemail)s", logpath="%(logpath)s", chain="%(chain)s"]
action = %(action_)s
[sshd]
port = ssh
logpath = %(sshd_log)s
backend = %(sshd_backend)s
[recidive]
logpath  = /var/log/fail2ban.log
banaction = %(banaction_allports)s
bantime  = 1w
findtime = 1d
[postfix]
mode    = more
port    = smtp,465,submission
logpath = /var/log/mail.log
[dovecot]
port    = pop3,pop3s,imap,imaps,submission,465,sieve
logpath = /var/log/mail.log
[proftpd]
port     = ftp,ftp-data,ftps,ftps-data
logpath  = /var/log/proftpd/proftpd.log
[apache-auth]
port     = http,https
logpath  = /var/log/apache2/*error.log
`;
const DEBIAN_PATHS = '[DEFAULT]\nsshd_log = /var/log/auth.log\nsshd_backend = systemd\n';
const stock: Configuration = { 'jail.conf': DEBIAN, 'paths-debian.conf': DEBIAN_PATHS };
const WHOIS =
  '[INCLUDES]\nbefore = sendmail-common.conf\n[Definition]\nnorestored = 1\nactionban = printf "Subject: <name>" | <mailcmd>\n[Init]\nname = default\n';
const WHOIS_COMMON =
  '[Definition]\n[Init]\nmailcmd = /usr/sbin/sendmail -f "<sender>" "<dest>"\ndest = root\nsender = fail2ban\n';

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
  'a hosting panel with a file for each jail': {
    ...stock,
    'action.d/sendmail-whois.conf': WHOIS,
    'action.d/sendmail-common.conf': WHOIS_COMMON,
    'action.d/iptables-panel.conf': `[INCLUDES]
before = iptables.conf
[Definition]
actionban = <iptables> -I f2b-<name> 1 -s <ip> -j DROP
[Init]
port = ssh
`,
    'action.d/iptables.conf': `[Definition]
actionstart =
actionban = <iptables> -I f2b-<name> 1 -s <ip> -j <blocktype>
actionunban = <iptables> -D f2b-<name> -s <ip> -j <blocktype>
[Init]
iptables = iptables <lockingopt>
lockingopt = -w
blocktype = REJECT
`,
    'jail.d/00-panel-defaults.conf': `[DEFAULT]
bantime = 86400
findtime = 3600
maxretry = 4
ignoreip = 127.0.0.1/8 ::1 203.0.113.10
banaction = iptables-panel
`,
    'jail.d/panel-login.conf': `[panel-login]
enabled = true
port = 8443,8880
filter = panel-login
logpath = /var/log/panel/access.log
  /var/log/panel/error.log
action = iptables-allports[name=panel-login]
         sendmail-whois[name=panel, dest=hostmaster@example.org]
`,
    'jail.d/panel-ftp.conf': `[panel-proftpd]
enabled  = true
filter   = proftpd
port     = ftp,ftp-data,ftps,ftps-data
logpath  = /var/log/auth.log
maxretry = 6
`,
    'jail.d/panel-mail.conf': `[panel-postfix]
enabled = true
filter = postfix[mode=auth]
port = smtp,smtps,submission
logpath = /var/log/maillog
[panel-dovecot]
enabled = true
filter = dovecot
port = imap,imap3,imaps,pop3,pop3s,4190
logpath = /var/log/maillog
`,
    'jail.d/panel-web.conf': `[panel-apache]
enabled = true
port = http,https,7080,7081
filter = apache-auth
logpath = /var/www/vhosts/system/*/logs/error_log
          /var/log/httpd/*error_log
maxretry = 5
[panel-wordpress]
enabled = true
port = http,https,7080,7081
filter = panel-wordpress
logpath = /var/www/vhosts/system/*/logs/*access*log
          /var/log/httpd/*access_log
`,
    'jail.d/panel-recidive.conf': `[recidive]
enabled = true
bantime = 604800
findtime = 86400
maxretry = 5
action = iptables-allports[name=recidive]
`,
    'jail.d/ssh.local': `[ssh]
enabled = true
port = 22022
filter = sshd
logpath = /var/log/secure
`,
    'filter.d/panel-login.conf':
      "[Definition]\nfailregex = ^<HOST>.* 'POST /login_up\\.php HTTP/\\d\\.\\d' 40[13]\nignoreregex =\n",
    'filter.d/panel-wordpress.conf':
      '[Definition]\nfailregex = ^<HOST>.* "POST .*/wp-login\\.php HTTP.*" 200\nignoreregex =\n',
  },
  'Docker behind Traefik': {
    ...stock,
    'fail2ban.local': `[Definition]
dbpurgeage = 7d
logtarget = STDOUT
dbfile = /data/db/fail2ban.sqlite3
`,
    'action.d/docker-action.conf': `[Definition]
actionstart = iptables -N f2b-<name>
    iptables -A f2b-<name> -j RETURN
    iptables -I FORWARD -p tcp -m multiport --dports <port> -j f2b-<name>
actionstop = iptables -D FORWARD -p tcp -m multiport --dports <port> -j f2b-<name>
actioncheck = iptables -n -L FORWARD | grep -q "f2b-<name>[ \\t]"
actionban = iptables -I f2b-<name> 1 -s <ip> -j DROP
actionunban = iptables -D f2b-<name> -s <ip> -j DROP
`,
    'action.d/telegram.conf':
      '[Definition]\nactionban = /usr/local/bin/telegram.sh ban <name> <ip>\nactionunban = /usr/local/bin/telegram.sh unban <name> <ip>\n',
    'jail.d/jail.local': `[DEFAULT]
bantime = 1h
bantime.increment = true
bantime.factor = 1
bantime.formula = ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)
bantime.maxtime = 4w
bantime.rndtime = 30m
bantime.overalljails = true
chain = DOCKER-USER
banaction = iptables-multiport
banaction_allports = iptables-allports
ignoreip = 127.0.0.1/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16
usedns = no
[sshd]
enabled = true
chain = INPUT
mode = aggressive
[traefik-auth]
enabled = true
port = http,https
filter = traefik-auth
logpath = /srv/traefik/log/access.log
maxretry = 3
action = docker-action[name=traefik, port="80,443"]
         telegram
[traefik-botsearch]
enabled = true
port = http,https
filter = traefik-botsearch
logpath = /srv/traefik/log/access.log
maxretry = 1
bantime = 1d
[vaultwarden]
enabled = true
port = 80,443,8081
filter = vaultwarden[journalmatch="CONTAINER_TAG=vaultwarden"]
banaction = %(banaction_allports)s
backend = systemd
journalmatch = CONTAINER_NAME=vaultwarden
maxretry = 3
findtime = 14400
[nextcloud]
enabled = true
backend = auto
port = 80,443
protocol = tcp
filter = nextcloud
logpath = /srv/nextcloud/data/nextcloud.log
logtimezone = UTC
maxretry = 3
`,
    'filter.d/traefik-auth.conf':
      '[Definition]\nfailregex = ^<HOST> \\- \\S+ \\[\\] \\"(GET|POST|HEAD) .+\\" 401 .+$\nignoreregex =\n',
    'filter.d/traefik-botsearch.conf': `[INCLUDES]
before = botsearch-common.conf
[Definition]
failregex = ^<HOST> \\- \\S+ \\[\\] \\"(GET|POST|HEAD) \\/<block> \\S+\\" 404 .+$
ignoreregex = ^.*favicon\\.ico
datepattern = {^LN-BEG}%%ExY(?P<_sep>[-/.])%%m(?P=_sep)%%d[T ]%%H:%%M:%%S(?:[.,]%%f)?(?:\\s*%%z)?
              ^[^\\[]*\\[({DATE})
              {^LN-BEG}
`,
    'filter.d/botsearch-common.conf': `[Init]
block = \\/?(<webmail>|<phpmyadmin>)[^,]*
webmail = roundcube|(ext)?mail
phpmyadmin = (typo3/|xampp/|admin/|)(pma|(php)?[Mm]y[Aa]dmin)
`,
    'filter.d/vaultwarden.conf': `[INCLUDES]
before = common.conf
[Definition]
failregex = ^.*?Username or password is incorrect\\. Try again\\. IP: <ADDR>\\. Username:.*$
ignoreregex =
`,
    'filter.d/common.conf': '[DEFAULT]\n_daemon = \\S*\n__prefix_line = \\S+ \\S+: \n',
    'filter.d/nextcloud.conf': `[Definition]
_groupsre = (?:(?:,?\\s*"\\w+":(?:"[^"]+"|\\w+))*)
failregex = ^\\{%(_groupsre)s,?\\s*"remoteAddr":"<HOST>"%(_groupsre)s,?\\s*"message":"Login failed:
datepattern = ,?\\s*"time"\\s*:\\s*"%%Y-%%m-%%d[T ]%%H:%%M:%%S(%%z)?"
`,
  },
  'of the days of 0.8': {
    'action.d/sendmail-whois.conf': WHOIS,
    'action.d/sendmail-common.conf': WHOIS_COMMON,
    'jail.local': `# Fail2Ban configuration file.
[DEFAULT]
ignoreip = 127.0.0.1 192.168.1.0/24 office.example.org
bantime  = 600
findtime  = 600
maxretry = 3
backend = auto

[ssh-iptables]
enabled  = true
filter   = sshd
action   = iptables[name=SSH, port=ssh, protocol=tcp]
           sendmail-whois[name=SSH, dest=you@example.com, sender=fail2ban@example.com]
logpath  = /var/log/secure
maxretry = 5

[ssh-tcpwrapper]
enabled     = false
filter      = sshd
action      = hostsdeny
logpath     = /var/log/sshd.log

[proftpd-iptables]
enabled  = true
filter   = proftpd
action   = iptables[name=ProFTPD, port=ftp, protocol=tcp]
           sendmail-whois[name=ProFTPD, dest=you@example.com]
logpath  = /var/log/proftpd/proftpd.log
maxretry = 6

[apache-tcpwrapper]
enabled  = true
filter = apache-auth
action   = hostsdeny
logpath  = /var/log/apache*/*error.log
           /home/www/myhomepage/error.log
maxretry = 6

[postfix-tcpwrapper]
enabled  = true
filter   = postfix
action   = hostsdeny[file=/not/a/standard/path/hosts.deny]
           sendmail[name=Postfix, dest=you@example.com]
logpath  = /var/log/postfix.log
bantime  = 300

[named-refused-udp]
enabled  = true
filter   = named-refused
action   = iptables-multiport[name=Named, port="domain,953", protocol=udp]
logpath  = /var/log/named/security.log
ignoreip = 168.192.0.1

[asterisk-iptables]
enabled = true
filter = asterisk
action = iptables-allports[name=ASTERISK, protocol=all]
logpath = /var/log/asterisk/messages
maxretry = 10
bantime = 864000
`,
  },
} satisfies Readonly<Record<string, Configuration>>;
