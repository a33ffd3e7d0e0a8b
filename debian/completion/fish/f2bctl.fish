# fish completion for f2bctl(1)

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

set -l verbs status bans ban unban why allow disallow allowed log reload verify simulate state test

complete -c f2bctl -f
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a status -d 'show how the agent does, or one jail'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a bans -d 'list the bans in force'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a ban -d 'ban an address, a prefix or a host'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a unban -d 'lift the bans of an address'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a why -d 'show why an address is banned'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a allow -d 'spare an address for a time'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a disallow -d 'spare an address no longer'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a allowed -d 'list the addresses that are spared'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a log -d 'show what the agent did'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a reload -d 'read the configuration again'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a verify -d 'compare the firewall with the bans'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a simulate -d 'show whom a jail would have banned'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a state -d 'look after what the agent remembers'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -a test -d 'try a filter'
complete -c f2bctl -s h -l help -d 'print help'
complete -c f2bctl -n "not __fish_seen_subcommand_from $verbs" -s V -l version -d 'print the version'

complete -c f2bctl -n '__fish_seen_subcommand_from status bans simulate' -a '(__f2bctl_jails)'
complete -c f2bctl -n '__fish_seen_subcommand_from unban allow why log' -a '(__f2bctl_banned)'
complete -c f2bctl -n '__fish_seen_subcommand_from disallow' -a '(__f2bctl_allowed)'
complete -c f2bctl -n '__fish_seen_subcommand_from state' -a 'export import check vacuum'
complete -c f2bctl -n '__fish_seen_subcommand_from test' -F

complete -c f2bctl -n '__fish_seen_subcommand_from status bans ban unban why allow disallow allowed reload verify simulate state' -s o -l output -x -a 'text json'
complete -c f2bctl -n '__fish_seen_subcommand_from log' -s o -l output -x -a 'short cat json'
complete -c f2bctl -n '__fish_seen_subcommand_from test' -s o -l output -x -a 'short json summary-json'
complete -c f2bctl -n '__fish_seen_subcommand_from ban unban log' -s j -l jail -x -a '(__f2bctl_jails)' -d 'of this jail'
complete -c f2bctl -n '__fish_seen_subcommand_from ban allow' -l for -x -a '10min 1h 1d 1w infinity' -d 'how long'
complete -c f2bctl -n '__fish_seen_subcommand_from ban allow' -l reason -x -d why
complete -c f2bctl -n '__fish_seen_subcommand_from ban' -l force -d 'ban also who is spared'
complete -c f2bctl -n '__fish_seen_subcommand_from log' -s f -l follow -d 'go on as things happen'
complete -c f2bctl -n '__fish_seen_subcommand_from log' -s n -l lines -x -d 'the last events'
complete -c f2bctl -n '__fish_seen_subcommand_from log' -s r -l reverse -d 'newest first'
complete -c f2bctl -n '__fish_seen_subcommand_from log simulate test' -s S -l since -x -a 'today yesterday -1h' -d 'from this time on'
complete -c f2bctl -n '__fish_seen_subcommand_from log simulate test' -s U -l until -x -d 'up to this time'
complete -c f2bctl -n '__fish_seen_subcommand_from log simulate test' -s D -l directory -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__fish_seen_subcommand_from simulate' -s p -l property -x -d 'with this setting instead'
complete -c f2bctl -n '__fish_seen_subcommand_from simulate test' -l config-directory -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__fish_seen_subcommand_from state' -l state-directory -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__fish_seen_subcommand_from test' -l file -r -F -d 'lines of a log file'
complete -c f2bctl -n '__fish_seen_subcommand_from test' -l journal -d 'entries of the journal'
complete -c f2bctl -n '__fish_seen_subcommand_from test' -s u -l unit -x -d 'entries of this unit'
complete -c f2bctl -n '__fish_seen_subcommand_from test' -l filter-path -x -a '(__fish_complete_directories)'
complete -c f2bctl -n '__fish_seen_subcommand_from test' -l now -x -d 'take this for the current time'
complete -c f2bctl -n '__fish_seen_subcommand_from test' -l show -x -a 'failures ignored known missed slow' -d 'print all lines of this kind'
