// A value of the file of statistics and its place, and what it may be. What is not as it must be is told at its place, and read
// as if it were not there.

export type Path = readonly (string | number)[];

/** What a value must be. */
export interface Shape<T> {
  holds(value: unknown): value is T;
  /** After "must be". */
  readonly words: string;
}

export const TEXT: Shape<string> = { holds: (value) => typeof value === 'string', words: 'a text' };

/** A whole number that JSON keeps exactly. */
export const COUNT: Shape<number> = {
  holds: (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
  words: 'a whole number that is not negative',
};

export const DATE: Shape<string> = {
  holds: (value): value is string =>
    TEXT.holds(value) && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value.slice(0, 10))),
  words: 'a date, such as "2026-11-20"',
};

/** @param why said after the number */
export function wholeUpTo(most: number, why: string): Shape<number> {
  return {
    holds: (value): value is number => COUNT.holds(value) && value <= most,
    words: `a whole number from 0 to ${most.toLocaleString('en-US')}, ${why}`,
  };
}

/** Both ends count. @param most `null` for no end */
export function numberBetween(least: number, most: number | null): Shape<number> {
  return {
    holds: (value): value is number =>
      Number.isFinite(value) && Number(value) >= least && Number(value) <= (most ?? Number.MAX_VALUE),
    words: most === null ? `a number, at least ${least}` : `a number from ${least} to ${most}`,
  };
}

/** Of rows, or of elements. */
export const SHARE = numberBetween(0, 1);

export class Part {
  constructor(
    readonly value: unknown,
    private readonly path: Path,
    private readonly problems: [Path, string][],
  ) {}

  /** JSON has null for what is not there. */
  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.isThere && !Array.isArray(this.value);
  }

  get(key: string): Part {
    const { value } = this;
    const found = this.isObject ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
    return new Part(found, [...this.path, key], this.problems);
  }

  /** Of a list. */
  at(index: number): Part {
    const found: unknown = Array.isArray(this.value) ? this.value[index] : undefined;
    return new Part(found, [...this.path, index], this.problems);
  }

  entries(): readonly (readonly [string, Part])[] {
    if (!this.isThere) return [];
    if (!this.isObject) {
      this.wrong(`${this.name} must be an object.`);
      return [];
    }
    return Object.keys(Object(this.value)).map((key) => [key, this.get(key)]);
  }

  map<T>(of: (part: Part) => T | null): ReadonlyMap<string, T> {
    return new Map(
      this.entries().flatMap(([key, part]) => {
        const read = of(part);
        return read === null ? [] : [[key, read] as const];
      }),
    );
  }

  /** Of a list; empty when there is none. */
  each<T>(of: (part: Part) => T | null): readonly T[] {
    const { value } = this;
    if (this.isThere && !Array.isArray(value)) this.wrong(`${this.name} must be a list.`);
    return Array.isArray(value) ? value.flatMap((_, index) => of(this.at(index)) ?? []) : [];
  }

  /** `null` when it is not there, or not of that shape, which is a problem. */
  read<T>({ holds, words }: Shape<T>): T | null {
    if (!this.isThere) return null;
    if (holds(this.value)) return this.value;
    this.wrong(`${this.name} must be ${words}.`);
    return null;
  }

  /** Likewise, of a list, where an empty one counts as not there; the first value that is not of the shape is told. */
  readList<T>({ holds, words }: Shape<T>): readonly T[] | null {
    const { value } = this;
    if (!this.isThere || (Array.isArray(value) && value.length === 0)) return null;
    if (!Array.isArray(value)) {
      this.wrong(`${this.name} must be a list.`);
      return null;
    }
    const place = value.findIndex((one) => !holds(one));
    if (place < 0) return value;
    this.at(place).wrong(`Each of ${this.name} must be ${words}.`);
    return null;
  }

  wrong(message: string): void {
    this.problems.push([this.path, message]);
  }

  private get name(): string {
    return `"${this.path.at(-1)}"`;
  }
}
