// Waiting without sleeping: ask again until the answer is there.

import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE = 20_000;

type Truthy<T> = Exclude<T, false | null | undefined | 0 | ''>;

/**
 * The first truthy answer of `ask`; an answer that throws counts as none (VS Code rejects requests with `Canceled`
 * while a provider is being registered). Throws after 20 s, naming `what` and the last error.
 */
export async function eventually<T>(what: string, ask: () => T | Promise<T>): Promise<Truthy<T>> {
  const deadline = Date.now() + DEADLINE;
  let last: unknown = null;
  do {
    try {
      const answer = await ask();
      if (answer) return answer as Truthy<T>;
      last = null;
    } catch (error) {
      last = error;
    }
    await pause(50);
  } while (Date.now() < deadline);
  throw new Error(`never happened: ${what}`, { cause: last });
}
