"""
Tells which commands fail2ban itself runs: its own classes, with what runs a command replaced by a recorder. Reads a list
of cases from standard input as JSON, and writes for each the commands or what was wrong. No filter of fail2ban's is read.
usage: fail2ban-commands.py FOLDER-WITH-THE-PACKAGE FOLDER-OF-ITS-CONFIGURATION
"""
import json
import logging
import os
import sys

sys.dont_write_bytecode = True
package, configuration = sys.argv[1:3]
sys.path.insert(0, package)

from fail2ban.client.actionreader import ActionReader  # noqa: E402
from fail2ban.server import action as action_module  # noqa: E402
from fail2ban.server.action import CommandAction  # noqa: E402
from fail2ban.server.ipdns import DNSUtils, IPAddr  # noqa: E402
from fail2ban.server.jail import Jail  # noqa: E402
from fail2ban.server.mytime import MyTime  # noqa: E402
from fail2ban.server.ticket import FailTicket  # noqa: E402

logging.disable(logging.CRITICAL)
action_module.allowed_ipv6 = lambda: True
DNSUtils.getHostname = staticmethod(lambda fqdn=True: "host.example" if fqdn else "host")
DNSUtils.ipToName = staticmethod(lambda ip: None)

# What was read before need not be read again.
shared = {}
commands = []
failing = set()


def record(command, timeout=60, **_):
    if not command:
        return True
    commands.append(command if isinstance(command, list) else [command])
    return len(commands) not in failing


CommandAction.executeCmd = staticmethod(record)


def ticket_of(step):
    ticket = FailTicket(step["ip"], step["time"], step.get("matches", []), dict(step.get("data", {})))
    ticket.setAttempt(step.get("failures", 0))
    ticket.setBanTime(step.get("bantime", 600))
    # The ban itself is counted when it is added.
    ticket.setBanCount(step.get("bancount", 1) - 1)
    ticket.restored = bool(step.get("restored"))
    return ticket


def live(actions, steps):
    for step in steps:
        MyTime.setTime(step["time"])
        if step["do"] == "start":
            for one in actions.values():
                try:
                    one.start()
                except RuntimeError:
                    pass
        elif step["do"] == "ban":
            actions._Actions__checkBan([ticket_of(step)])
        elif step["do"] == "unban":
            actions.removeBannedIP(step["ip"], ifexists=True)
        elif step["do"] == "stop":
            actions._Actions__flushBan(stop=True)
            actions.stopActions()


def commands_of(case):
    del commands[:]
    failing.clear()
    failing.update(case.get("failing", []))
    # Its own thread is never started: what it would do is done here, step by step.
    jail = Jail(case["jail"], backend="polling")
    jail.actions.setBanTime(600)
    reader = ActionReader(
        case["file"], case["jail"], dict(case.get("options", {})), share_config=shared, basedir=configuration
    )
    if not reader.read():
        raise ValueError("unreadable")
    reader.getOptions({})
    for line in reader.convert():
        if line[0] == "multi-set":
            for key, value in line[4]:
                setattr(jail.actions[line[3]], key, value)
        elif line[2] == "addaction":
            jail.actions.add(line[3])
        else:
            setattr(jail.actions[line[3]], line[4], line[5])
    live(jail.actions, case["life"])
    return list(commands)


results = []
for case in json.load(sys.stdin):
    try:
        results.append({"commands": commands_of(case)})
    except Exception as error:  # What fail2ban makes of a file is a result like any other.
        results.append({"wrong": repr(error)})
json.dump(results, sys.stdout)
