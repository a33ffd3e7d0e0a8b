# fish completion for f2bctl(1)

# Whether the verb is one of these. A word behind it may be the name of another one, as in "fleet ban".
function __f2bctl_verb_from
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case -H --host
                set -e words[1]
            case '-*'
            case '*'
                contains -- $words[1] $argv
                return
        end
        set -e words[1]
    end
    return 1
end

function __f2bctl_jails
    for file in /etc/f2b/units/*.conf /usr/lib/f2b/units/*.conf
        string replace -r '.*/(.*)\.conf$' '$1' $file
    end
end

function __f2bctl_banned
    f2bctl bans </dev/null 2>/dev/null | awk 'NR > 1 && NF > 4 { print $1 }'
end

function __f2bctl_allowed
    f2bctl allowed </dev/null 2>/dev/null | awk 'NR > 1 { print $1 }'
end

function __f2bctl_actions
    for file in /etc/f2b/actions/*.conf /usr/lib/f2b/actions/*.conf
        string replace -r '.*/(.*)\.conf$' '$1' $file
    end
end

function __f2bctl_kinds
    string split ' ' 'ban unban enforced failure failures spared ineffective problem resolved started stopped reloaded set reconciled suppressed looked-up unresolved slow-line'
end

function __f2bctl_keys
    string split ' ' 'Description Documentation Enabled Source Filter ForgeableBy LogNamespace Machine Remote Unit UserUnit Container User Executable Identifier Match LogType MaxRetry FindTime BanTime Disposition Ports IgnoreIP IgnoreSelf IgnoreCommand SpareLoggedIn BanTimeIncrement BanTimeFactor BanTimeMultipliers BanTimeMax BanTimeRandom BanTimeAllJails OffenderMemory IPv4Prefix IPv6Prefix AggregateAfter MaxRetryUser ResetOnSuccess Action UseDNS'
end

set -l verbs status bans search ban unban why allow disallow allowed log top report list-jails show cat edit revert set enable disable \
    is-active is-enabled import check check-filter doctor reload verify simulate state fleet test actions metrics ping version help

complete -c f2bctl -f
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a status -d 'show how the agent does, or one jail'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a bans -d 'list the bans in force'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a ban -d 'ban an address, a prefix or a host'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a unban -d 'lift the bans of an address'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a why -d 'show why an address is banned'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a allow -d 'spare an address for a time'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a disallow -d 'spare an address no longer'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a allowed -d 'list the addresses that are spared'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a log -d 'show what the agent did'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a top -d 'watch what is going on'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a report -d 'sum up failures and bans'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a reload -d 'read the configuration again'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a verify -d 'compare the firewall with the bans'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a simulate -d 'show whom a jail would have banned'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a state -d 'look after what the agent remembers'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a fleet -d 'see and change what other hosts ban here'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a test -d 'try a filter'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a search -d 'list the bans that touch an address'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a list-jails -d 'list the jails'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a show -d 'show every setting of a jail'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a cat -d 'show the files of a jail'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a edit -d 'edit a drop-in of a jail'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a revert -d 'remove what was changed of a jail'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a set -d 'change settings of a jail'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a enable -d 'switch jails on'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a disable -d 'switch jails off'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a is-active -d 'tell whether jails are at work'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a is-enabled -d 'tell whether jails are switched on'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a check -d 'check the configuration'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a import -d 'carry the configuration of fail2ban over'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a check-filter -d 'check filters for what a client could plant'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a doctor -d 'look for what keeps protection from working'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a actions -d 'show how the actions do'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a metrics -d "print the agent's numbers for Prometheus"
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a ping -d 'ask the agent for a sign of life'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a version -d 'print the versions'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -a help -d 'print the help of a command'
complete -c f2bctl -n '__f2bctl_verb_from help' -a "$verbs"
complete -c f2bctl -s H -l host -x -a '(__fish_print_hostnames)' -d 'on another machine'
complete -c f2bctl -l no-pager -d 'print all at once'
complete -c f2bctl -s h -l help -d 'print help'
complete -c f2bctl -n "not __f2bctl_verb_from $verbs" -s V -l version -d 'print the version'

complete -c f2bctl -n '__f2bctl_verb_from status bans log list-jails simulate show cat edit revert set enable disable is-active is-enabled' -a '(__f2bctl_jails)'
complete -c f2bctl -n '__f2bctl_verb_from bans unban allow why search log' -a '(__f2bctl_banned)'
complete -c f2bctl -n '__f2bctl_verb_from show' -a '(__f2bctl_keys)'
complete -c f2bctl -n '__f2bctl_verb_from set' -a '(__f2bctl_keys)='
complete -c f2bctl -n '__f2bctl_verb_from disallow' -a '(__f2bctl_allowed)'
complete -c f2bctl -n '__f2bctl_verb_from state' -a 'export import check vacuum'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -a 'status bans why ban unban allow disallow pause resume withdraw enroll revoke server-config'
complete -c f2bctl -n '__f2bctl_verb_from test check check-filter' -F

complete -c f2bctl -n '__f2bctl_verb_from status bans search ban unban why allow disallow allowed top report list-jails show cat edit revert set enable disable is-active is-enabled import check check-filter doctor reload verify simulate state fleet actions ping version' -s o -l output -x -a 'text json json-pretty'
complete -c f2bctl -n '__f2bctl_verb_from log' -s o -l output -x -a 'short short-full short-iso short-iso-precise short-precise short-unix short-monotonic short-delta with-unit cat verbose export json json-pretty json-seq json-sse'
complete -c f2bctl -n '__f2bctl_verb_from test' -s o -l output -x -a 'short json summary-json'
complete -c f2bctl -n '__f2bctl_verb_from bans ban unban log report' -s j -l jail -x -a '(__f2bctl_jails)' -d 'of this jail'
complete -c f2bctl -n '__f2bctl_verb_from ban allow fleet' -l for -x -a '10min 1h 1d 1w infinity' -d 'how long'
complete -c f2bctl -n '__f2bctl_verb_from ban allow fleet' -l reason -x -d why
complete -c f2bctl -n '__f2bctl_verb_from bans search why log top report' -l geoip-directory -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__f2bctl_verb_from log' -l case-sensitive -x -a 'yes no' -d 'whether capitals are told apart'
complete -c f2bctl -n '__f2bctl_verb_from log' -l utc -d 'times in UTC'
complete -c f2bctl -n '__f2bctl_verb_from log' -l no-hostname -d 'without the name of the host'
complete -c f2bctl -n '__f2bctl_verb_from log' -l output-fields -x -d 'only these fields'
complete -c f2bctl -n '__f2bctl_verb_from top' -s b -l batch -d 'print it once'
complete -c f2bctl -n '__f2bctl_verb_from top' -s n -l iterations -x -d 'print it so many times'
complete -c f2bctl -n '__f2bctl_verb_from top' -s d -l delay -x -d 'seconds between questions'
complete -c f2bctl -n '__f2bctl_verb_from metrics' -l output-file -r -F -d 'write them to this file'
complete -c f2bctl -n '__f2bctl_verb_from report' -l html -r -F -d 'write a page to this file'
complete -c f2bctl -n '__f2bctl_verb_from ban' -l force -d 'ban also who is spared'
complete -c f2bctl -n '__f2bctl_verb_from log' -s f -l follow -d 'go on as things happen'
complete -c f2bctl -n '__f2bctl_verb_from log bans' -s n -l lines -x -d 'the last ones'
complete -c f2bctl -n '__f2bctl_verb_from log bans' -s r -l reverse -d 'newest first'
complete -c f2bctl -n '__f2bctl_verb_from log report simulate test' -s S -l since -x -a 'today yesterday -1h' -d 'from this time on'
complete -c f2bctl -n '__f2bctl_verb_from log report simulate test' -s U -l until -x -d 'up to this time'
complete -c f2bctl -n '__f2bctl_verb_from log report simulate test' -s D -l directory -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__f2bctl_verb_from simulate show' -s p -l property -x -a '(__f2bctl_keys)' -d 'this setting'
complete -c f2bctl -n '__f2bctl_verb_from simulate test list-jails show cat edit revert set enable disable is-enabled check check-filter doctor fleet' -l config-directory -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__f2bctl_verb_from set' -l runtime -d 'until the next reboot'
complete -c f2bctl -n '__f2bctl_verb_from set' -l temporary -d 'until the configuration is read again'
complete -c f2bctl -n '__f2bctl_verb_from show' -l show-origin -d 'with the file of each'
complete -c f2bctl -n '__f2bctl_verb_from import' -l dry-run -d 'write nothing'
complete -c f2bctl -n '__f2bctl_verb_from import' -l switch -d 'take the place of fail2ban'
complete -c f2bctl -n '__f2bctl_verb_from import' -l within -x -d 'taken back after'
complete -c f2bctl -n '__f2bctl_verb_from import' -l confirm -d 'keep what --switch did'
complete -c f2bctl -n '__f2bctl_verb_from import' -l back -d 'take back what --switch did'
complete -c f2bctl -n '__f2bctl_verb_from import' -l database -r -F -d 'where the bans are'
complete -c f2bctl -n '__f2bctl_verb_from import' -l only -x -d 'this jail of fail2ban'
complete -c f2bctl -n '__f2bctl_verb_from import' -l output-directory -x -a '(__fish_complete_directories)' -d 'where to write'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l administrator -d 'it may order bans everywhere'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l listen -x -d 'address and port of the server'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l store-directory -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l certificate -r -F -d 'of the server'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l key -r -F -d 'of the certificate'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l name -x -d 'of this server among several'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l route -x -d 'address and port of another server'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l cluster-listen -x -d 'address and port for the other servers'
complete -c f2bctl -n '__f2bctl_verb_from fleet' -l authority -r -F -d 'that signed their certificates'
complete -c f2bctl -n '__f2bctl_verb_from state' -l state-directory -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__f2bctl_verb_from test ban' -l file -r -F -d 'lines of a file'
complete -c f2bctl -n '__f2bctl_verb_from test' -l journal -d 'entries of the journal'
complete -c f2bctl -n '__f2bctl_verb_from test' -l namespace -x -d 'of this journal namespace'
complete -c f2bctl -n '__f2bctl_verb_from test log' -s u -l unit -x -a '(__f2bctl_jails)' -d 'of this unit'
complete -c f2bctl -n '__f2bctl_verb_from test' -l filter-path -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__f2bctl_verb_from test' -l now -x -d 'take this for the current time'
complete -c f2bctl -n '__f2bctl_verb_from test' -l show -x -a 'failures ignored known missed slow' -d 'print all lines of this kind'
complete -c f2bctl -n '__f2bctl_verb_from actions' -a '(if __fish_seen_subcommand_from test; __f2bctl_actions; else; echo test; end)'
complete -c f2bctl -n '__f2bctl_verb_from actions' -l event -x -a 'ban unban problem' -d 'what to make up'
complete -c f2bctl -n '__f2bctl_verb_from log' -l event -x -a '(__fish_complete_list , __f2bctl_kinds)' -d 'only these kinds'
complete -c f2bctl -n '__f2bctl_verb_from log' -s g -l grep -x -d 'only messages that match'
complete -c f2bctl -n '__f2bctl_verb_from log' -s p -l priority -x -a 'emerg alert crit err warning notice info debug' -d 'only this urgent'
complete -c f2bctl -n '__f2bctl_verb_from log' -s b -l boot -x -d 'only of this boot'
complete -c f2bctl -n '__f2bctl_verb_from log' -l cursor -x -d 'from this entry on'
complete -c f2bctl -n '__f2bctl_verb_from log' -l after-cursor -x -d 'what comes after this entry'
complete -c f2bctl -n '__f2bctl_verb_from log' -l cursor-file -r -F -d 'what comes after the entry in this file'
complete -c f2bctl -n '__f2bctl_verb_from log' -s e -l pager-end -d 'begin at the end'
complete -c f2bctl -n '__f2bctl_verb_from log' -s x -l catalog -d 'explain each message'
complete -c f2bctl -n '__f2bctl_verb_from log' -l show-cursor -d 'print the cursor of the last event'
complete -c f2bctl -n '__f2bctl_verb_from log is-active is-enabled' -s q -l quiet -d 'say less'
complete -c f2bctl -n '__f2bctl_verb_from bans' -l sort -x -a 'since left address count' -d 'in which order'
complete -c f2bctl -n '__f2bctl_verb_from list-jails unban' -s a -l all -d 'all of them'
complete -c f2bctl -n '__f2bctl_verb_from show' -l value -d 'only the values'
complete -c f2bctl -n '__f2bctl_verb_from edit' -l full -d 'the whole file'
complete -c f2bctl -n '__f2bctl_verb_from enable disable' -l now -d 'at once'
complete -c f2bctl -n '__f2bctl_verb_from enable' -l detected -d 'those whose services run on this host'
complete -c f2bctl -n '__f2bctl_verb_from enable' -s y -l yes -d 'do not ask'
