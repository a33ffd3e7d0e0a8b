/** The firewall that `Firewall=` names. Invariant: whichever it is, the other one's bans go once it holds them. */
import type { Config } from '../../config/config.js';
import { retireFirewalld, retireNftables, switchBackend } from '../../firewall/backend-switch.js';
import type { FirewalldBus } from '../../firewall/firewalld/client.js';
import { createFirewalld } from '../../firewall/firewalld/firewalld.js';
import { GUARD_TABLE } from '../../firewall/firewalld/guard-table.js';
import { Kernel } from '../../firewall/firewalld/kernel.js';
import { Nft } from '../../firewall/nft.js';
import { createNftables } from '../../firewall/nftables/nftables.js';
import { OwnTable } from '../../firewall/nftables/own-table.js';
import type { Clock } from '../../ports/clock.js';
import type { Firewall } from '../../ports/firewall.js';
import { errorLine } from '../../text/error-lines.js';

interface Parts {
  readonly bus: FirewalldBus;
  readonly clock: Clock;
  /** A folder that nobody else fills. */
  readonly scratch?: string | undefined;
  /** Takes lines with a priority in front, as in sd-daemon(3). */
  readonly tell: (text: string) => void;
}

export function openFirewall({ firewall }: Pick<Config, 'firewall'>, { bus, clock, scratch, tell }: Parts): Firewall {
  const nft = new Nft({ scratch });
  const onFailure = (error: unknown) => {
    tell(`<4>bans of the firewall that was used before could not be removed: ${errorLine(error)}\n`);
  };
  const announce = (text: string) => tell(`<5>${text}\n`);
  if (firewall === 'nftables') {
    const nftables = createNftables({ clock, table: new OwnTable(nft), announce });
    return switchBackend(nftables, retireFirewalld(bus, nft), onFailure);
  }
  const guard = new OwnTable(nft, GUARD_TABLE);
  const firewalld = createFirewalld({ bus, clock, kernel: new Kernel(nft), guard, announce });
  return switchBackend(firewalld, retireNftables(nft), onFailure);
}
