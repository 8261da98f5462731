import assert from 'node:assert/strict';
import {
  blocksText,
  bytesText,
  costText,
  factorText,
  percentText,
  rowsText,
  timeText,
} from '../../server/src/text/numbers.js';

describe('numbers of a plan', () => {
  const cases: readonly [(value: number) => string, number, string][] = [
    [rowsText, 0, '0'],
    [rowsText, 0.25, '0.25'],
    [rowsText, 3.333, '3.33'],
    [rowsText, 12.4, '12'],
    [rowsText, 1204, '1,204'],
    [rowsText, 52_000_000, '52M'],
    [costText, 0, '0.00'],
    [costText, 1332.8, '1,332.80'],
    [timeText, 0, '0 ms'],
    [timeText, 0.0004, '< 0.001 ms'],
    [timeText, 0.0144, '0.0144 ms'],
    [timeText, 12.667, '12.7 ms'],
    [timeText, 999.6, '1,000 ms'],
    [timeText, 1500, '1.5 s'],
    [timeText, 125_000, '2 min 5 s'],
    [timeText, 119_900, '2 min 0 s'],
    [percentText, 0, '0 %'],
    [percentText, 0.004, '< 1 %'],
    [percentText, 0.823, '82 %'],
    [percentText, 0.997, '> 99 %'],
    [percentText, 1, '100 %'],
    [factorText, 2.54, '2.5×'],
    [factorText, 120.4, '120×'],
    [factorText, 15_000, '15K×'],
    [bytesText, 116, '116 bytes'],
    [bytesText, 8192, '8 kB'],
    [blocksText, 1, '1 block (8 kB)'],
    [blocksText, 1204, '1,204 blocks (9.41 MB)'],
  ];
  for (const [format, value, text] of cases) {
    it(`${format.name} of ${value} is ${text}`, () => assert.equal(format(value), text));
  }
});
