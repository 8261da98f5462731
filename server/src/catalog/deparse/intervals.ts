// Intervals as the server prints them with the IntervalStyle `postgres`, which pg_dump and every default server use.

const UNITS: Readonly<Record<string, readonly [keyof Parts, number]>> = {
  ...unit(['y', 'yr', 'yrs', 'year', 'years'], 'months', 12),
  ...unit(['mon', 'mons', 'month', 'months'], 'months', 1),
  ...unit(['w', 'week', 'weeks'], 'days', 7),
  ...unit(['d', 'day', 'days'], 'days', 1),
  ...unit(['h', 'hr', 'hrs', 'hour', 'hours'], 'seconds', 3600),
  ...unit(['m', 'min', 'mins', 'minute', 'minutes'], 'seconds', 60),
  ...unit(['s', 'sec', 'secs', 'second', 'seconds'], 'seconds', 1),
};

interface Parts {
  readonly months: number;
  readonly days: number;
  readonly seconds: number;
}

function unit(names: readonly string[], part: keyof Parts, factor: number) {
  return Object.fromEntries(names.map((name) => [name, [part, factor] as const]));
}

/** `null` for signs, fractions, years of the ISO and SQL formats, and what is no interval. */
export function canonicalInterval(text: string): string | null {
  const sums = { months: 0, days: 0, seconds: 0 };
  const seen = new Set<string>();
  let rest = text.trim().toLowerCase();
  if (rest === '') return null;
  if (/^\d{1,9}$/.test(rest)) return print({ ...sums, seconds: Number(rest) });
  while (rest !== '') {
    const clock = /^(\d{1,9}):([0-5]\d)(?::([0-5]\d))?(?:\s+|$)/.exec(rest);
    const amount = /^(\d{1,9})\s*([a-z]+)(?:\s+|$)/.exec(rest);
    const part = clock ?? amount;
    if (part === null) return null;
    const [whole, count = '', second = '', third = '0'] = part;
    const [to, factor] = clock === null ? (UNITS[second] ?? [null, 0]) : (['seconds', 3600] as const);
    const key = clock === null ? `${to} ${factor}` : 'clock';
    // The server refuses a unit that comes twice, and a clock beside hours, minutes or seconds.
    if (to === null || seen.has(key) || (seen.has('clock') && to === 'seconds')) return null;
    if (clock !== null && [...seen].some((one) => one.startsWith('seconds'))) return null;
    seen.add(key);
    sums[to] += Number(count) * factor;
    if (clock !== null) sums.seconds += Number(second) * 60 + Number(third);
    rest = rest.slice(whole.length);
  }
  return print(sums);
}

function print({ months, days, seconds }: Parts): string {
  const counted = (count: number, name: string) =>
    count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`];
  const two = (count: number) => String(count).padStart(2, '0');
  const parts = [
    ...counted(Math.floor(months / 12), 'year'),
    ...counted(months % 12, 'mon'),
    ...counted(days, 'day'),
  ];
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return [...parts, ...(seconds > 0 || parts.length === 0 ? [clock] : [])].join(' ');
}
