// What of the conversation with the language server may be written to its log (`plumbline.trace.server`): passwords may not.

import { PASSWORD } from '../../server/src/hosts/lsp/extensions.js';

/**
 * A line of the log without what may be a password.
 * @param line of the text format, which names the method, or of the JSON format, in which an answer names none
 */
export function traceText(line: string): string {
  if (line.includes(`'${PASSWORD} `)) return line.replace(/\n[\s\S]*/, '').replace(/Result: .*/, '');
  return /"type":"send-response"/.test(line.slice(0, 80))
    ? '{"isLSPMessage":true,"type":"send-response"}'
    : line;
}
