// What is given on standard input, for `-`.

import { decode } from '../decode.js';

/** All of it, or why it cannot be read. */
export async function readStandardInput(): Promise<string | { readonly message: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  const decoded = decode(Buffer.concat(chunks));
  return decoded.kind === 'other-encoding' ? { message: decoded.message } : decoded.text;
}
