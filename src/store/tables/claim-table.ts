/** The claims of a fleet as rows. */
import { jsonEnd } from '../../core/json-record.js';
import type { Claim } from '../../fleet/deciding/claim.js';
import { isInteger, isText, type Table, toAddress, toTime } from './rows.js';

export const claimTable: Table<Claim> = {
  name: 'claim',
  columns: ['address', 'host', 'jail', 'since', 'until', 'sequence', 'heard_at', 'said_at', 'reason'],
  keyLength: 3,
  json: [],
  page: 4_000,
  toRow: ({ address, host, jail, since, until, sequence, heardAt, saidAt, reason }) => [
    ...[address.text, host, jail],
    ...[since, jsonEnd(until), sequence, heardAt, saidAt, reason ?? null],
  ],
  fromRow: ([addressText, host, jail, since, untilCell, sequence, heardAt, saidAt, reason]) => {
    const [address, until] = [toAddress(addressText), toTime(untilCell)];
    if (address === undefined || !isText(host) || !isText(jail) || !isInteger(since)) return undefined;
    if (until === undefined || !isInteger(sequence) || !isInteger(heardAt) || !isInteger(saidAt)) return undefined;
    if (reason !== null && !isText(reason)) return undefined;
    const why = reason === null ? {} : { reason };
    return { host, jail, address, since, until, sequence, heardAt, saidAt, ...why };
  },
};
