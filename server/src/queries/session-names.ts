// What functions of a server are called by which SQL asks who is connected: its own, those of Supabase, and those of projects.

/** What it gives is a value of the session; a function of the project without arguments may be one. @param name as written, in lower case */
export function isSessionFunction(name: string): boolean {
  return /^(?:auth\.|current_(?:setting|user|role)|session_user|user$|get_|current_)/.test(name);
}

/** It is one of the server's by which a policy asks who is connected, or from where. */
export function asksWhoIsConnected(name: string): boolean {
  return /current_setting|(?:current|session|system)_user|current_role|^user$|^pg_has_role$|^inet_/.test(
    name,
  );
}

/** It surely gives the same for all rows of a statement. */
export function readsSession(name: string): boolean {
  return /^(?:pg_catalog\.)?current_setting$|^auth\.(?:uid|jwt|role|email)$/.test(name);
}

/** Somewhere in the code it is asked who calls, or what they may do. Told by words. */
export function codeAsksWhoCalls(code: string): boolean {
  return ASKS.test(code);
}

const ASKS =
  /\bauth\.\w+\s*\(|current_setting\s*\(|\b(?:session_user|current_role|current_user|system_user)\b|pg_has_role\s*\(|\b(?:has|is|check|require|assert|can|may|ensure|verify|authori[sz]e)_\w+\s*\(|\bcurrent_\w+\s*\(/i;
