"""
Tells what fail2ban itself makes of a configuration: its own classes read it, and say for each jail what its client would
set, with times in seconds, and how long bans last after 1, 2, 3 … earlier ones. Writes JSON.
usage: fail2ban-settings.py FOLDER-WITH-THE-PACKAGE FOLDER-OF-THE-CONFIGURATION
"""
import json
import logging
import sys

sys.dont_write_bytecode = True
package, configuration = sys.argv[1:3]
sys.path.insert(0, package)

from fail2ban.client.configurator import Configurator  # noqa: E402
from fail2ban.server.jail import Jail  # noqa: E402
from fail2ban.server.mytime import MyTime  # noqa: E402

logging.disable(logging.CRITICAL)
TIMES = ("findtime", "bantime", "bantime.maxtime", "bantime.rndtime")
LISTS = ("addfailregex", "addignoreregex", "addignoreip", "addjournalmatch")
MOST_BANS = 25


class Ban:
    def __init__(self, time, count):
        self.Time = time
        self.Count = count


def settings_of(stream):
    jails = {}
    for command in stream:
        if command[0] == "add":
            jails[command[1]] = {}
        elif command[0] in ("set", "multi-set") and command[1] in jails and len(command) > 3:
            jail, option, values = jails[command[1]], command[2], command[3:]
            if command[0] == "multi-set":
                values = values[0]
            if option in LISTS:
                jail.setdefault(option[3:], []).extend(values)
            elif option not in ("action", "addaction"):
                jail[option] = MyTime.str2seconds(values[0]) if option in TIMES else values[0]
    return jails


def grown(name, settings):
    jail = Jail(name, backend=None)
    for option, value in settings.items():
        # What is added at random is no part of what a ban grows to.
        if option.startswith("bantime.") and option != "bantime.rndtime":
            jail.setBanTimeExtra(option.partition(".")[2], value)
    formula = jail.getBanTimeExtra("evformula")
    return [formula(Ban(settings["bantime"], count)) for count in range(1, MOST_BANS)]


configurator = Configurator()
configurator.setBaseDir(configuration)
configurator.readEarly()
configurator.readAll()
configurator.getOptions()
configurator.convertToProtocol(allow_no_files=True)
jails = settings_of(configurator.getConfigStream())
for name, settings in jails.items():
    if settings.get("bantime.increment"):
        settings["grown"] = grown(name, settings)
json.dump(jails, sys.stdout)
