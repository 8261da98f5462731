// How many rounds a fuzz test runs and with which numbers: few and always the same, unless told otherwise.
//
//   FUZZ_SEED=7 FUZZ_ROUNDS=100000 npx mocha --timeout 0 "test/fuzz/*.test.ts"

import { type Random, randomFrom } from '../support/random.js';

const first = Number(process.env.FUZZ_SEED ?? 1);
const asked = process.env.FUZZ_ROUNDS;

/**
 * Runs `round` with other random numbers each time. What it throws is thrown on with the seed, and with what it noted.
 *
 * @param few how many rounds there are when nobody asks for more
 * @param round is given a place to note its input, for the message of a failure
 */
export function rounds(few: number, round: (random: Random, note: (input: unknown) => void) => void): void {
  const last = first + (asked === undefined ? few : Number(asked));
  for (let seed = first; seed < last; seed++) {
    const notes: unknown[] = [];
    try {
      // Neighbouring seeds begin with neighbouring numbers, unless they are scattered.
      round(randomFrom(Math.imul(seed, 0x9e3779b1) & 0x7fffffff), (input) => notes.push(input));
    } catch (error) {
      const input = notes.map((one) => JSON.stringify(one)).join('\n');
      const what = error instanceof Error ? error.stack : String(error);
      throw new Error(`FUZZ_SEED=${seed} FUZZ_ROUNDS=1\n${input}\n${what}`);
    }
  }
}
