/** Bans many addresses in one call of f2bctl, with the agent and firewalld as their packages install them. */
import { fillAddresses } from './contender.js';
import { type F2b, startF2b } from './f2b.js';

/** Nothing is waited for longer, s. */
const TIMEOUT = 120;
const FILE = '/root/addresses';

/** Of the best of some calls, s. */
export interface ManyBans {
  /** Until the command has ended. */
  readonly wall: number;
  /** Processor time of the command. */
  readonly processor: number;
  /** From the command's start until the kernel held the last of them. */
  readonly untilHeld: number;
}

/** `count` bans in one call, `rounds` times; what was banned is lifted in between. */
export async function bansByHand(count: number, rounds: number): Promise<ManyBans> {
  const f2b = await startF2b('firewalld');
  try {
    const addresses = fillAddresses(count);
    await f2b.container.ask(`cat >${FILE}`, { input: addresses.join('\n') });
    let best: ManyBans = { wall: Infinity, processor: Infinity, untilHeld: Infinity };
    for (let round = 0; round < rounds; round += 1) {
      const { wall, processor, untilHeld } = await banOnce(f2b, addresses);
      best = {
        wall: Math.min(best.wall, wall),
        processor: Math.min(best.processor, processor),
        untilHeld: Math.min(best.untilHeld, untilHeld),
      };
      await f2b.container.ask('f2bctl unban --all >/dev/null', { timeout: TIMEOUT });
      await f2b.kernel.when(() => f2b.kernel.count === 0, TIMEOUT);
    }
    return best;
  } finally {
    f2b.container.stop();
  }
}

async function banOnce({ container, kernel }: F2b, addresses: readonly string[]): Promise<ManyBans> {
  const began = Date.now();
  const held = kernel.held(addresses, TIMEOUT);
  const command = `TIMEFORMAT='%R %U %S'; time f2bctl ban --file ${FILE} >/root/answer`;
  const { status, err } = await container.inside(`exec bash -c "${command}"`, { timeout: TIMEOUT });
  if (status !== 0) throw new Error(`f2bctl ban --file ended with status ${status}: ${err}`);
  const [wall = 0, user = 0, system = 0] = err.trim().split(' ').map(Number);
  const at = await held;
  if (at === undefined) throw new Error(`the kernel holds ${kernel.count} of ${addresses.length}`);
  return { wall, processor: user + system, untilHeld: (at - began) / 1_000 };
}
