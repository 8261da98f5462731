// Versions and names of new migrations. A new one sorts after all that are there, also when those are dated in the future.

import { compareVersions } from '../migrations/order.js';

/**
 * The version of a migration that runs after `newest`, in the same spelling: a timestamp of the same form, or the next number
 * with as many digits.
 * @param now `null` leaves the clock out: then it is the smallest step after `newest`
 */
export function versionAfter(newest: string, now: Date | null): string {
  const form = now === null ? null : timestampLike(newest);
  const stamp = form === null || now === null ? null : form(now);
  return stamp !== null && compareVersions(stamp, newest) > 0 ? stamp : successor(newest);
}

/** `wanted`, or `wanted_2`, `wanted_3`, …: the first that is free. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}_${count}`;
    if (!isTaken(name)) return name;
  }
}

/** `add_index_to_users` as `AddIndexToUsers`. */
export function camelCase(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** How a time is written in versions of that kind; `null` when they are mere numbers. */
function timestampLike(version: string): ((time: Date) => string) | null {
  if (/^1\d{12}$/.test(version)) return (time) => String(time.getTime());
  if (/^1\d{9}$/.test(version)) return (time) => String(Math.floor(time.getTime() / 1000));
  if (!/^(?:19|20|21)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d*$/.test(version)) return null;
  const digits = version.length;
  if (digits !== 8 && digits !== 12 && digits !== 14 && digits !== 17 && digits !== 18) return null;
  const kept = digits === 18 ? 14 : digits;
  return (time) => digitsOf(time).slice(0, kept).padEnd(digits, '0');
}

/** Year to milliseconds, in UTC. */
function digitsOf(time: Date): string {
  return time.toISOString().replace(/\D/g, '');
}

function successor(version: string): string {
  const match = /^(.*?)(\d+)$/.exec(version);
  if (match === null) return `${version}1`;
  const [, before = '', digits = ''] = match;
  return before + (nextSecond(digits) ?? String(BigInt(digits) + 1n).padStart(digits.length, '0'));
}

/** The second after a timestamp of 14 digits; `null` when the digits are none. */
function nextSecond(digits: string): string | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  if (Number.isNaN(time.getTime()) || digitsOf(time).slice(0, 14) !== digits) return null;
  return digitsOf(new Date(time.getTime() + 1000)).slice(0, 14);
}
