// Blocks that a node touched, as EXPLAIN (BUFFERS) counts them.

import { type Charges, ownOf } from './actual.js';
import type { BareNode, Buffers } from './plan.js';
import type { RawReader } from './raw.js';

/** `null` where none were counted. */
export function buffersOf(reader: RawReader): Buffers | null {
  const blocks = (kind: string) => reader.number(`${kind} Blocks`);
  // PostgreSQL 17 tells shared, local and temporary files apart.
  const time = (kind: string) =>
    added(
      ['I/O', 'Shared I/O', 'Local I/O', 'Temp I/O'].map((origin) => reader.number(`${origin} ${kind} Time`)),
    );
  const sharedHit = blocks('Shared Hit');
  const buffers = {
    sharedRead: blocks('Shared Read') ?? 0,
    sharedDirtied: blocks('Shared Dirtied') ?? 0,
    sharedWritten: blocks('Shared Written') ?? 0,
    localHit: blocks('Local Hit') ?? 0,
    localRead: blocks('Local Read') ?? 0,
    localDirtied: blocks('Local Dirtied') ?? 0,
    localWritten: blocks('Local Written') ?? 0,
    tempRead: blocks('Temp Read') ?? 0,
    tempWritten: blocks('Temp Written') ?? 0,
    readMs: time('Read'),
    writeMs: time('Write'),
  };
  return sharedHit === null ? null : { sharedHit, ...buffers };
}

/** Without those of the nodes inside it. */
export function ownBuffersOf(node: BareNode, charges: Charges): Buffers | null {
  const { buffers } = node;
  if (buffers === null) return null;
  const own = (member: keyof Buffers) =>
    Math.round(ownOf(node, charges, (other) => other.buffers?.[member] ?? 0));
  const ownTime = (member: 'readMs' | 'writeMs') =>
    buffers[member] === null ? null : ownOf(node, charges, (other) => other.buffers?.[member] ?? 0);
  return {
    sharedHit: own('sharedHit'),
    sharedRead: own('sharedRead'),
    sharedDirtied: own('sharedDirtied'),
    sharedWritten: own('sharedWritten'),
    localHit: own('localHit'),
    localRead: own('localRead'),
    localDirtied: own('localDirtied'),
    localWritten: own('localWritten'),
    tempRead: own('tempRead'),
    tempWritten: own('tempWritten'),
    readMs: ownTime('readMs'),
    writeMs: ownTime('writeMs'),
  };
}

function added(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
