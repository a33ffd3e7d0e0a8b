/** What has to be asked, and waited for, before a batch can be decided on from memory. */

import type { Sparing } from '../sparing/sparing.js';
import type { Finding } from './finding.js';
import { hostNameOf } from './host-name.js';
import type { Matched } from './pipeline.js';

/** What has to be known before deciding on what was found; undefined when it is. */
export function prefetchesOf({ findings }: Matched, sparing: Sparing): Promise<unknown> | undefined {
  const waiting: Promise<unknown>[] = [];
  for (const finding of findings) {
    const question = finding.kind === 'hit' ? questionOf(finding, sparing) : undefined;
    if (question !== undefined) waiting.push(question);
  }
  return waiting.length === 0 ? undefined : Promise.all(waiting);
}

function questionOf({ jail, hit }: Finding & { kind: 'hit' }, sparing: Sparing): Promise<unknown> | undefined {
  if (hit.address !== undefined) return sparing.prepare(hit.address, jail.config.name);
  const name = hostNameOf(jail, hit);
  return name === undefined ? undefined : nameQuestion(name, jail.config.name, sparing);
}

/** A host name is resolved first, and then asked about like any address. */
async function nameQuestion(name: string, jail: string, sparing: Sparing): Promise<void> {
  await sparing.resolve(name);
  await Promise.all(sparing.addressesOf(name).map((address) => sparing.prepare(address, jail)));
}
