// What variables, functions and modules are usually called, where nothing but the name tells: who is connected, what a client sends,
// what decides who may do something. Names of columns are known to queries/column-names; those of code that goes over all tenants to
// analysis/sweep-names.

/** Who is connected, or what says whom it works for: `current_user`, `scope`. */
export function isCalledWhoIsConnected(variable: string): boolean {
  return /^_?(?:current_\w+|scope|subject|actor|viewer)$/.test(variable);
}

/** More likely a map of anything than a row: `attrs`, `filters`. */
export function isCalledMap(variable: string): boolean {
  return MAP.test(variable);
}

const MAP =
  /(?:^|_)(?:params|attrs|attributes|args|arguments|input|inputs|opts|options|filters?|data|payload|event|message|msg|body|map|changes|request|req|meta|metadata|config|criteria|search|json|item|entry|element|x)$/;

export function isCalledOptions(variable: string): boolean {
  return /^_?opt(?:ion)?s$/.test(variable);
}

/** The stream of a gRPC call. */
export function isCalledStream(variable: string): boolean {
  return /^_?stream$/.test(variable);
}

/** By the name of a variable, what a framework hands over; `null` for others. */
export function calledForFramework(variable: string): 'conn' | 'socket' | 'resolution' | null {
  if (/^_?conn$/.test(variable)) return 'conn';
  if (/^_?socket$/.test(variable)) return 'socket';
  return /^_?(?:info|resolution|res)$/.test(variable) ? 'resolution' : null;
}

/** The same by the name of a struct, as written. */
export function structOfFramework(struct: string): 'conn' | 'socket' | 'resolution' | 'job' | null {
  if (/(?:^|\.)Plug\.Conn$|^Conn$/.test(struct)) return 'conn';
  if (/(?:^|\.)Socket$/.test(struct)) return 'socket';
  if (/(?:^|\.)Resolution$/.test(struct)) return 'resolution';
  return /^(?:Oban\.)?Job$/.test(struct) ? 'job' : null;
}

/** Fields of a connection that hold what a client sends. */
export function isSentIn(field: string): boolean {
  return /^(?:params|body_params|query_params|path_params|req_headers|cookies)$/.test(field);
}

/** Functions of Plug and LiveView that give what the client sends beside its parameters. */
export function givesWhatIsSent(name: string): boolean {
  return /^(?:get_req_header|get_connect_params)$/.test(name);
}

/** A module that answers clients. */
export function isCalledWeb(module: string): boolean {
  return /Web\b|Controller$|Live\b|LiveView|Resolver|Channel$|Component$/.test(module);
}

export function isCalledResolver(module: string): boolean {
  return /Resolvers?\b/.test(module);
}

/** A function that says who may do what, or stops who may not: `authorize`, `can?`. */
export function isCalledAuthorization(name: string): boolean {
  return /^(?:(?:\w+_)?authori[sz]e\w*|permit\w*|can|allow|allowed|may)[?!]?$/.test(name);
}

/** A function that finds out something of what it is given: `verify_member`, `belongs_to?`. */
export function isCalledCheck(name: string): boolean {
  return /^(?:accessible|ensure|verify|check|validate|member|has_access|access|belongs)(?:_\w+)?[?!]?$/.test(
    name,
  );
}

/** What someone may do, or is: `valid_role?`, `is_admin`, `staff`. */
export function isCalledRole(name: string): boolean {
  return /(?:^|_)(?:admin|superuser|staff|roles?|permission|authori[sz]ed|permitted|allowed|can)(?:_\w+)?\??$/.test(
    name,
  );
}
