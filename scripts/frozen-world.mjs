// Loaded before a script (`node --import`), it stops the clock and the dice, so that what the script makes is the same
// each time. A database cluster is full of both: its identifier, its log, its times.

import nodeCrypto from 'node:crypto';

const NOW = Date.UTC(2026, 0, 1);

globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length > 0 ? args : [NOW]));
  }

  static now() {
    return NOW;
  }
};
performance.now = () => 0;
Math.random = () => 0.5;
nodeCrypto.randomFillSync = fill;
globalThis.crypto.getRandomValues = fill;

function fill(array) {
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).fill(7);
  return array;
}
