// Why a request of our own has no answer.

import type { Failure } from '../../database/database.js';
import type { Workspace } from '../../lint/workspace.js';
import type { SourceFile } from '../../text/source-file.js';
import type { FailedResult } from './extensions.js';
import { pathOf } from './from-protocol.js';

export function failed(message: string, whatToDo = ''): FailedResult {
  return { kind: 'failed', message, whatToDo, range: null };
}

/**
 * The same for what a database answers.
 * @param more lines for people, of what explains it
 */
export function failedBy(
  { kind, message, whatToDo }: Failure,
  more: readonly string[] = [],
  range: FailedResult['range'] = null,
): FailedResult {
  const lines = [whatToDo, ...more].filter((line) => line !== '');
  return { kind: 'failed', cause: kind, message, whatToDo: lines.join('\n'), range };
}

/** The document that a request is about. */
export function documentOf(
  { files }: Workspace,
  { uri }: { readonly uri: string },
): SourceFile | FailedResult {
  const path = pathOf(uri);
  const file = path === null ? undefined : files.get(path);
  return (
    file ?? failed('This document is not part of the workspace.', 'Save it in the workspace folder first.')
  );
}
