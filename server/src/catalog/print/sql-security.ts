// Row-level security, comments, owners and rights as SQL.

import { literal } from '../../text/quoted.js';
import type { Attached, DefaultRight, GrantedRight } from '../attachments.js';
import type { Policy } from '../catalog.js';
import { quoteName } from '../keywords.js';
import { type Named, qualified } from './names.js';

/** A whole statement without the semicolon. */
export function policyDefinition(table: Named, policy: Policy): string {
  const { roles } = policy;
  const everybody = roles.length === 0 || (roles.length === 1 && roles[0] === 'public');
  return [
    `CREATE POLICY ${quoteName(policy.name)} ON ${qualified(table)}`,
    policy.permissive ? '' : ' AS RESTRICTIVE',
    policy.command === 'all' ? '' : ` FOR ${policy.command.toUpperCase()}`,
    everybody ? '' : ` TO ${roles.map(role).join(', ')}`,
    policy.using === null ? '' : ` USING (${policy.using.text})`,
    policy.check === null ? '' : ` WITH CHECK (${policy.check.text})`,
  ].join('');
}

/** Words that stand for a role, and are none in quotes. */
const ROLE_WORDS = /^(?:public|current_user|current_role|session_user)$/i;

function role(name: string): string {
  return ROLE_WORDS.test(name) ? name.toUpperCase() : quoteName(name);
}

/**
 * What hangs on one object.
 * @param object its kind and name: `TABLE users`, `COLUMN users.email`
 * @param rightsOn the same where GRANT calls it otherwise; `null` for what has no rights
 */
export function attachedStatements(
  attached: Attached | undefined,
  object: string,
  rightsOn: string | null = null,
  born: readonly GrantedRight[] = [],
): readonly string[] {
  if (attached === undefined) return [];
  const { comment, owner, rights } = attached;
  return [
    ...(comment === undefined ? [] : [`COMMENT ON ${object} IS ${literal(comment)}`]),
    ...(owner === undefined ? [] : [`ALTER ${object} OWNER TO ${role(owner)}`]),
    ...(rightsOn === null || rights === undefined ? [] : rightsStatements(rights, rightsOn, born)),
  ];
}

/** What everybody may do with a new object of the kind. */
export const BORN_WITH: Readonly<Record<'function' | 'type', readonly GrantedRight[]>> = {
  function: [{ role: 'public', right: 'execute', column: null, grantOption: false }],
  type: [{ role: 'public', right: 'usage', column: null, grantOption: false }],
};

function rightsStatements(
  rights: readonly GrantedRight[],
  on: string,
  born: readonly GrantedRight[],
): readonly string[] {
  const same = (a: GrantedRight) => (b: GrantedRight) =>
    a.role === b.role && a.right === b.right && a.column === b.column;
  const taken = born.filter((one) => !rights.some(same(one)));
  const given = rights.filter((one) => !born.some(same(one)));
  return [
    ...taken.map((one) => `REVOKE ${one.right.toUpperCase()} ON ${on} FROM ${role(one.role)}`),
    ...[false, true].flatMap((grantOption) =>
      [...grants(given.filter((one) => one.grantOption === grantOption))].map(
        ([to, words]) =>
          `GRANT ${words.replace(/ WITH GRANT OPTION/g, '')} ON ${on} TO ${to}${grantOption ? ' WITH GRANT OPTION' : ''}`,
      ),
    ),
  ];
}

/** By role, in SQL, what it may do: `SELECT, UPDATE (name)`. */
export function grants(rights: readonly GrantedRight[]): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const one of rights) {
    const column = one.column === null ? '' : ` (${quoteName(one.column)})`;
    const words = `${one.right.toUpperCase()}${column}${one.grantOption ? ' WITH GRANT OPTION' : ''}`;
    const name = role(one.role);
    const before = all.get(name);
    all.set(name, before === undefined ? words : `${before}, ${words}`);
  }
  return all;
}

export function defaultRightStatements(rights: readonly DefaultRight[]): readonly string[] {
  return rights.map(({ objects, schema, right, role: name, grantOption }) => {
    const where = schema === null ? '' : ` IN SCHEMA ${quoteName(schema)}`;
    return `ALTER DEFAULT PRIVILEGES${where} GRANT ${right.toUpperCase()} ON ${objects.toUpperCase()} TO ${role(name)}${grantOption ? ' WITH GRANT OPTION' : ''}`;
  });
}
