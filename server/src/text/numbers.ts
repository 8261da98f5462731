// Numbers of plans and of the statistics behind them, as people read them. Always in English, as all of Plumbline is.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

const BLOCK_BYTES = 8192;

/** Rows: whole from 10 on; below, PostgreSQL 18 counts fractions of a row per loop, and they matter. */
export function rowsText(rows: number): string {
  if (rows >= 10_000_000) return short.format(rows);
  return rows >= 10 || Number.isInteger(rows) ? whole.format(rows) : String(Number(rows.toFixed(2)));
}

/** As EXPLAIN prints costs. */
export function costText(cost: number): string {
  return cost >= 10_000_000 ? short.format(cost) : precise.format(cost);
}

export function countText(count: number): string {
  return count >= 10_000_000 ? short.format(count) : whole.format(count);
}

/** Milliseconds with three significant digits, seconds from one second on. */
export function timeText(ms: number): string {
  if (ms >= 60_000) {
    const seconds = Math.round(ms / 1000);
    return `${whole.format(Math.floor(seconds / 60))} min ${seconds % 60} s`;
  }
  if (ms >= 1000) return `${significant(ms / 1000)} s`;
  return ms < 0.001 && ms > 0 ? '< 0.001 ms' : `${significant(ms)} ms`;
}

/** @param share 0 to 1 */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  return percent > 99 && percent < 100 ? '> 99 %' : `${whole.format(percent)} %`;
}

/** `120×`, `2.5×`. */
export function factorText(factor: number): string {
  return `${factor >= 10 ? short.format(Math.round(factor)) : Number(factor.toFixed(1))}×`;
}

/** `1,204 blocks (9.41 MB)`. */
export function blocksText(blocks: number): string {
  return `${countText(blocks)} ${blocks === 1 ? 'block' : 'blocks'} (${bytesText(blocks * BLOCK_BYTES)})`;
}

export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? whole.format(value) : significant(value)} ${units[unit]}`;
}

function significant(value: number): string {
  return value >= 100 ? whole.format(value) : String(Number(value.toPrecision(3)));
}
