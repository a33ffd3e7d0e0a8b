/** The firewall that `Firewall=` names. Invariant: whichever it is, the other one's bans go once it holds them. */
import type { Config } from '../config/config.js';
import { asF2bError } from '../errors.js';
import { retireFirewalld, retireNftables, successor } from '../firewall/backend-switch.js';
import type { FirewalldBus } from '../firewall/firewalld/client.js';
import { Firewalld } from '../firewall/firewalld/firewalld.js';
import { GUARD_TABLE } from '../firewall/firewalld/guard-table.js';
import { Kernel } from '../firewall/firewalld/kernel.js';
import { Nft } from '../firewall/nft.js';
import { Nftables } from '../firewall/nftables/nftables.js';
import { OwnTable } from '../firewall/nftables/own-table.js';
import type { Clock } from '../ports/clock.js';
import type { Firewall } from '../ports/firewall.js';

interface Parts {
  readonly bus: FirewalldBus;
  readonly clock: Clock;
  /** Takes lines with a priority in front, as in sd-daemon(3). */
  readonly tell: (text: string) => void;
}

export function openFirewall({ firewall }: Pick<Config, 'firewall'>, { bus, clock, tell }: Parts): Firewall {
  const nft = new Nft();
  const onFailure = (error: unknown) => {
    const { message, hint } = asF2bError(error);
    tell(`<4>bans of the firewall that was used before could not be removed: ${message}; ${hint}\n`);
  };
  if (firewall === 'nftables') {
    const nftables = new Nftables({ clock, table: new OwnTable(nft) });
    return successor(nftables, retireFirewalld(bus, nft), onFailure);
  }
  const announce = (text: string) => tell(`<5>${text}\n`);
  const guard = new OwnTable(nft, GUARD_TABLE);
  const firewalld = new Firewalld({ bus, clock, kernel: new Kernel(nft), guard, announce });
  return successor(firewalld, retireNftables(nft), onFailure);
}
