/** `f2bctl fleet`: what hosts tell each other, see f2b-fleet(7). */
import type { AddCommand } from '../../command.js';
import { addFleetEnroll, addFleetRevoke, addFleetServerConfig } from './enroll.js';
import {
  addFleetAllow,
  addFleetBan,
  addFleetDisallow,
  addFleetPause,
  addFleetUnban,
  addFleetWithdraw,
} from './orders.js';
import { addFleetBans, addFleetStatus, addFleetWhy } from './show.js';

/** `f2bctl fleet status|bans|why|ban|unban|allow|disallow|pause|resume|withdraw|enroll|revoke|server-config` */
export const addFleet: AddCommand = (program, dependencies) => {
  const fleet = program.command('fleet').description('see and change what other hosts ban here').helpCommand(false);
  addFleetStatus(fleet, dependencies);
  addFleetBans(fleet, dependencies);
  addFleetWhy(fleet, dependencies);
  addFleetBan(fleet, dependencies);
  addFleetUnban(fleet, dependencies);
  addFleetAllow(fleet, dependencies);
  addFleetDisallow(fleet, dependencies);
  addFleetPause(fleet, dependencies);
  addFleetWithdraw(fleet, dependencies);
  addFleetEnroll(fleet, dependencies);
  addFleetRevoke(fleet, dependencies);
  addFleetServerConfig(fleet, dependencies);
};
