// The log of the conversation with the language server holds no password.

import assert from 'node:assert/strict';
import { traceText } from '../../client/src/trace-text.js';

describe('the trace', () => {
  const sent = "Sending response 'plumbline/password - (7)'. Processing request took 2ms.";
  for (const [line, expected] of [
    [`${sent}\nResult: "hunter2"\n\n`, sent],
    [`${sent} Result: "hunter2"`, `${sent} `],
    [
      "Sending response 'plumbline/mayRun - (8)'.\nResult: true",
      "Sending response 'plumbline/mayRun - (8)'.\nResult: true",
    ],
    [
      '{"isLSPMessage":true,"type":"send-response","message":{"jsonrpc":"2.0","id":7,"result":"hunter2"},"timestamp":1}',
      '{"isLSPMessage":true,"type":"send-response"}',
    ],
    [
      '{"isLSPMessage":true,"type":"receive-request","message":{}}',
      '{"isLSPMessage":true,"type":"receive-request","message":{}}',
    ],
  ] as const) {
    it(`of ${JSON.stringify(line.slice(0, 60))}`, () => assert.equal(traceText(line), expected));
  }
});
