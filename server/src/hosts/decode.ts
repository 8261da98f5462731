// Bytes of a file as text. PostgreSQL, psql and Elixir read UTF-8, so a file in another encoding is wrong whatever it says.

export type Decoded =
  | {
      readonly kind: 'text';
      /** Without a byte order mark; bytes that are not UTF-8 are U+FFFD. */
      readonly text: string;
      /** The first bytes that are not UTF-8. */
      readonly damage: { readonly message: string; readonly offset: number } | null;
    }
  /** Nothing of it can be read. */
  | { readonly kind: 'other-encoding'; readonly message: string };

/** What is looked at to tell encodings apart. */
const SAMPLE = 8000;

/** Never fails. Of a file that is no text at all nothing is said here: parsers see that, and say where. */
export function decode(bytes: Uint8Array): Decoded {
  const other = otherEncoding(bytes);
  if (other !== null) {
    return {
      kind: 'other-encoding',
      message: `This file is in ${other} and was not read: PostgreSQL and Elixir read UTF-8. Save it as UTF-8.`,
    };
  }
  const text = new TextDecoder().decode(bytes);
  const offset = firstDamage(bytes, text);
  if (offset === null || text.includes('\0')) return { kind: 'text', text, damage: null };
  const sample = text.slice(0, SAMPLE);
  if ((sample.match(/\ufffd/g)?.length ?? 0) * 10 > sample.length) {
    return {
      kind: 'other-encoding',
      message: 'This file is not in UTF-8 and was not read. Save it as UTF-8.',
    };
  }
  const message =
    'This is not UTF-8, and PostgreSQL and Elixir refuse the file. All else in it was read. Save it as UTF-8.';
  return { kind: 'text', text, damage: { message, offset } };
}

/** By its byte order mark, or by the zeros that UTF-16 puts beside every character of code. */
function otherEncoding(bytes: Uint8Array): string | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'UTF-32' : 'UTF-16';
  if (first === 0xfe && second === 0xff) return 'UTF-16';
  const length = Math.min(bytes.length, SAMPLE);
  let [even, odd] = [0, 0];
  for (let index = 0; index < length; index++) {
    if (bytes[index] !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const half = length / 2;
  const isUtf16 = half >= 2 && Math.max(even, odd) > half * 0.8 && Math.min(even, odd) < half * 0.1;
  return isUtf16 ? 'UTF-16' : null;
}

/** A U+FFFD that the file itself holds is as good as any other character. */
function firstDamage(bytes: Uint8Array, text: string): number | null {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return null;
  } catch {
    let at = text.indexOf('\ufffd');
    while (at >= 0 && holdsReplacement(bytes, text, at)) at = text.indexOf('\ufffd', at + 1);
    return at < 0 ? null : at;
  }
}

/** Whether the bytes from which the text was made up to `at` are followed by a U+FFFD of their own. */
function holdsReplacement(bytes: Uint8Array, text: string, at: number): boolean {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const start = mark + new TextEncoder().encode(text.slice(0, at)).length;
  return bytes[start] === 0xef && bytes[start + 1] === 0xbf && bytes[start + 2] === 0xbd;
}
