// Which columns are equal to each other, and which to a value from outside. It knows equalities, not tenants.

import type { OuterOperand } from './query.js';

/** A column of one relation of a query, wherever that stands in it. */
export type Key = string;

/** The value that a column is compared with. */
export interface Pin {
  readonly value: OuterOperand;
  /** It may be any of several values. */
  readonly list: boolean;
}

export interface Equalities {
  equate(left: Key, right: Key): void;
  pin(key: Key, pin: Pin): void;
  same(left: Key, right: Key): boolean;
  /** One column of those that are equal to it, the same for all of them. */
  classOf(key: Key): Key;
  /** The value that the column is equal to, directly or through other columns; `null` when there is none. */
  pinOf(key: Key): Pin | null;
}

/** No column is equal to anything yet. */
export function equalities(): Equalities {
  const parents = new Map<Key, Key>();
  const pins = new Map<Key, Pin>();

  function find(key: Key): Key {
    let root = key;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    // Every step on the way now leads straight to the root.
    for (let step = key; step !== root; ) {
      const next = parents.get(step) ?? root;
      parents.set(step, root);
      step = next;
    }
    return root;
  }

  function pinRoot(root: Key, pin: Pin): void {
    const known = pins.get(root);
    // One value says more than a list of them.
    if (known === undefined || (known.list && !pin.list)) pins.set(root, pin);
  }

  return {
    equate(left, right) {
      const a = find(left);
      const b = find(right);
      if (a === b) return;
      parents.set(a, b);
      const pin = pins.get(a);
      if (pin !== undefined) pinRoot(b, pin);
    },
    pin: (key, pin) => pinRoot(find(key), pin),
    same: (left, right) => find(left) === find(right),
    classOf: find,
    pinOf: (key) => pins.get(find(key)) ?? null,
  };
}
