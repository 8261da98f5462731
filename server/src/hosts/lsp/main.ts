// The language server as a program: `--stdio` or `--node-ipc` say how it is spoken to.

import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { serve } from './serve.js';

const connection = createConnection(ProposedFeatures.all);
serve(connection, import.meta.dirname);
connection.listen();
