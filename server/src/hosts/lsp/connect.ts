// Databases that somebody can choose by a name, as far as they may be used: only in a trusted workspace, with a password that
// the client knows or asks for.

import { type ConnectionSettings, describeConnection } from '../../database/connection.js';
import type { Failure } from '../../database/database.js';
import { profilesFor } from '../profiles.js';
import { type ConnectionInfo, PASSWORD, type PasswordParams } from './extensions.js';
import type { Session } from './session.js';

/** Those that there are for the path. */
export function connectionsFor({ workspace, trusted }: Session, path: string): readonly ConnectionInfo[] {
  return profilesFor(workspace, path, process.env).flatMap(({ name, settings }): ConnectionInfo[] => {
    const found = settings(null);
    if (found.kind === 'settings') {
      return [{ name, description: describeConnection(found), production: found.production, problem: null }];
    }
    // What is said of it may come from a file that nobody has looked at.
    return trusted ? [{ name, description: '', production: false, problem: found.message }] : [];
  });
}

/** Asks by the connection of that name; once more, with a password from the user, when the server refused. */
export async function onConnection<T extends { readonly kind: string }>(
  session: Session,
  path: string,
  name: string,
  ask: (settings: ConnectionSettings) => Promise<T | Failure>,
): Promise<T | Failure> {
  if (!session.trusted) {
    return {
      kind: 'untrusted',
      message: 'This workspace is not trusted, so Plumbline does not connect to databases that it names.',
      whatToDo: 'Trust the workspace, or use the embedded PostgreSQL.',
    };
  }
  const profile = profilesFor(session.workspace, path, process.env).find((one) => one.name === name);
  if (profile === undefined) {
    return {
      kind: 'misconfigured',
      message: `There is no connection "${name}".`,
      whatToDo: 'Add it under "connections" in plumbline.jsonc or in the settings.',
    };
  }
  const known = profile.settings(null);
  if (known.kind !== 'settings') return known;
  const askWith = async (again: boolean): Promise<T | Failure> => {
    const params: PasswordParams = { connection: name, description: describeConnection(known), again };
    const password = await answerOf<string | null>(session, PASSWORD, params, null);
    return ask(password === null ? known : { ...known, password });
  };
  const first = await askWith(false);
  const answer = first.kind === 'unauthorized' ? await askWith(true) : first;
  return answer.kind === 'unauthorized' && 'message' in answer
    ? { ...answer, whatToDo: 'Give another one: Plumbline: Set the Password of a Connection….' }
    : answer;
}

/** What the client says; clients other than VS Code may not know what is asked. */
export async function answerOf<T>(
  { connection }: Session,
  method: string,
  params: object,
  otherwise: T,
): Promise<T> {
  try {
    return (await connection.sendRequest<T>(method, params)) ?? otherwise;
  } catch {
    return otherwise;
  }
}
