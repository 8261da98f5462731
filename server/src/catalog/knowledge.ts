// Three answers, not two. What replay could not read makes what it may have touched unknown, and unknown is never reported as wrong.

export type Knowledge<T> = Known<T> | Absent | UnknownFact<T>;

export interface Known<T> {
  readonly kind: 'known';
  readonly value: T;
}

export interface Absent {
  readonly kind: 'absent';
}

export interface UnknownFact<T> {
  readonly kind: 'unknown';
  /** For people, as a clause. */
  readonly reason: string;
  /** What the readable part of the history says, if anything. It may be out of date. */
  readonly believed: T | null;
}

export const absent: Absent = { kind: 'absent' };

export function known<T>(value: T): Known<T> {
  return { kind: 'known', value };
}

export function unknown<T>(reason: string, believed: T | null = null): UnknownFact<T> {
  return { kind: 'unknown', reason, believed };
}

/** The value if it is certain, else `null`. */
export function certain<T>(knowledge: Knowledge<T>): T | null {
  return knowledge.kind === 'known' ? knowledge.value : null;
}

/** The value, certain or believed, else `null`. For messages and hovers, never for saying that something is wrong. */
export function believed<T>(knowledge: Knowledge<T>): T | null {
  if (knowledge.kind === 'known') return knowledge.value;
  return knowledge.kind === 'unknown' ? knowledge.believed : null;
}
