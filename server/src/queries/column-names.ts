// What columns and fields are usually called, where nothing but the name tells: keys, secrets, persons, times, what is public.
// Names of tables, and columns that name a tenant, are known to analysis/tenancy/names; what code is called, to
// from-ecto/code-names.

/** The key of the row itself: `id`, `uuid`. */
export function isCalledId(column: string): boolean {
  return /^(?:uu)?id$/.test(column);
}

/** The key of another row: `post_id`, `postId`. */
export function isCalledReference(column: string): boolean {
  return /_id$|[a-z]Id$/.test(column);
}

/** The key of the row itself, or of another one. */
export function isCalledKey(column: string): boolean {
  return isCalledId(column) || isCalledReference(column);
}

/** The same with everything by which people refer to rows: `post_uuid`, `account_sid`, `payment_ref`. */
export function isCalledLikeForeignKey(column: string): boolean {
  return /(?:_id|_uuid|_sid|[a-z]Id|[a-z]UUID|_ref)$/.test(column);
}

/** It names one thing to people, whether or not an index says that no two have the same: `slug`, `login`, `subdomain`. */
export function isCalledName(column: string): boolean {
  return /^(?:(?:short_|full_|display_)?name|slug|handle|identifier|login|(?:sub)?domain|host(?:name)?|path|code|key)$/i.test(
    column,
  );
}

/** Who is asked for by it is a person, whichever tenants they belong to: `email`. */
export function isCalledAddress(column: string): boolean {
  return /e_?mail/i.test(column);
}

/** Nobody can guess what it holds; a code or key alone, or one of something that opens a door. */
export function isCalledUnguessable(column: string): boolean {
  return UNGUESSABLE.test(column);
}

const UNGUESSABLE =
  /(?:^|_)(?:token|secret|hash|nonce|digest|signature|fingerprint|sha256)$|(?:Token|Secret|Hash|Nonce|Digest)$|^(?:code|key)$|^(?:session|oauth|login|csrf)_state$|(?:api|access|auth|invit\w+|verif\w+|confirm\w*|reset|activation|device|user|license|public|private|signing|session)_(?:code|key)$/;

/** Nobody but its owner should read what it holds, whether in a row, in an answer or in a log. */
export function isCalledSecret(column: string): boolean {
  return SECRET.test(column);
}

const SECRET =
  /(?:^|_)(?:password|passwd|passphrase|ssn|social_security_number|cvv|cvc|card_number|credit_card|private_key|secret|secret_key|api_key|access_token|refresh_token|api_token)$/;

/** The same of what is worse in a table that everybody can read than in a log: papers, banks, hashes. */
export function isCalledSecretOfRow(column: string): boolean {
  const plain = column.replace(/_hash$/, '');
  return isCalledSecret(plain) || OF_PAPERS.test(plain);
}

const OF_PAPERS = /(?:^|_)(?:passport_number|tax_id|bank_account)$/;

/** What was made of a secret, by which it is recognized: `password_hash`, `encrypted_ssn`. */
export function isCalledDerivedSecret(column: string): boolean {
  return /(?:^|_)(?:password|passphrase|secret|api_key)_(?:hash|digest)$|^(?:hashed|encrypted)_\w+$/.test(
    column,
  );
}

/** Two tenants do not come upon the same: it is made up, or means one thing for everybody. @param column in snake case */
export function isCalledMadeUp(column: string): boolean {
  return MADE_UP.test(column);
}

const MADE_UP =
  /(?:^|_)(?:e?mail|email_address|login|username|domain|subdomain|host|hostname|url|uri|ip|phone|token|secret|hash|nonce|key|code|digest|signature|uuid|guid|fingerprint|sha\d*|checksum|sid|jti|lsn|addr|handle)s?(?:_|$)/;

/** A moment: `inserted_at`, `expiresOn`. */
export function isCalledTime(column: string): boolean {
  return /(?:_at|_on|_date|_time|_after|_until|timestamp)$|[a-z](?:At|On|Date|Time|After|Until)$/.test(
    column,
  );
}

/** It says whether everybody may see the row. */
export function isCalledPublic(column: string): boolean {
  return /^(?:is_?)?public$/i.test(column);
}

/** It may say so, among other things: `visibility`, `published_at`, `is_template`. */
export function isCalledLikePublic(column: string): boolean {
  return /public|publish|visib|shared|global|is_open|listed|template/i.test(column);
}
