// What tools order migrations by.

/** The version of a script that comes after all others. */
export const LAST = '9'.repeat(20);

/** Numbers by value, part by part: `2` before `10`, `1.2` before `1.10`. Names come after numbers, by their letters. */
export function compareVersions(a: string, b: string): number {
  const kinds = kindOf(a) - kindOf(b);
  if (kinds !== 0) return kinds;
  if (kindOf(a) === NAME) return a === b ? 0 : a < b ? -1 : 1;
  const left = a.split(/[._]/);
  const right = b.split(/[._]/);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = (left[i] ?? '').replace(/^0+/, '');
    const y = (right[i] ?? '').replace(/^0+/, '');
    if (x.length !== y.length) return x.length - y.length;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

const NUMBER = 0;
const NAME = 1;

function kindOf(version: string): number {
  if (version === LAST) return NAME + 1;
  return /^\d+(?:[._]\d+)*$/.test(version) ? NUMBER : NAME;
}

export function isName(version: string): boolean {
  return kindOf(version) === NAME;
}
