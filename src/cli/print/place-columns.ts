/** The columns of a table that tell where an address is: left out first, and where no database tells. */
import type { Located } from '../../geoip/geoip.js';
import type { Column } from './table.js';

export function placeColumns<T>(located: (row: T) => Located): readonly Column<T>[] {
  return [
    { heading: 'COUNTRY', dropped: 2, text: (row) => located(row).country ?? '' },
    { heading: 'NETWORK OWNER', dropped: 1, text: (row) => located(row).owner ?? '' },
  ];
}
