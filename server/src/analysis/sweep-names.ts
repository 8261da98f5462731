// What code is usually called that goes over all tenants, or that a person starts: paths, modules, functions, variables and comments.

/** A migration, a seed, a test, a script. */
export function isOnceByPath(path: string): boolean {
  return TEST_FOLDER.test(path) || ONCE_PATH.test(path);
}

/** Folders of tests; below `lib/` they are parts of the application that are called so. */
const TEST_FOLDER = /(?<!(?:^|\/)lib\/.*)(?:^|\/)(?:tests?|spec|fixtures?|bench)\//i;
const ONCE_PATH =
  /(?:^|\/)(?:factor(?:y|ies)|seeds?|migrations?|data_migrations|benchmarks?)\/|(?:^|\/)(?:tests?|spec|fixtures?|factor(?:y|ies)|seeds?|migrations?|data_migrations|benchmarks?|bench)\.(?:exs?|sql)$|_test\.exs?$|(?:^|\/)priv\/.*\.exs$|\/mix\/tasks\/|(?:^|\/)(?:scripts?|release_tasks|backfills?|testenv|testrepo|demoseed|(?:audit|db|sql|integration)_?tests?)\/|_seeds?\.|(?:^|[/_])(?:change|migration|data_migration|backfill)_\d+|(?:^|\/)release_tasks\.ex$/i;

/** `Shop.Release` is what mix tasks become in a release; deeper names are of releases of something. */
export function isOnceByModule(module: string): boolean {
  return /^Mix\.Tasks\.|^\w+\.Release$|\.(?:ReleaseTasks|Seeds?|Factory|Fixtures?)$|Test$/.test(module);
}

/** A worker, a scheduler, what keeps statistics; also pages of those who run the application. */
export function isSweepByPath(path: string): boolean {
  return SWEEP_PATH.test(path);
}

const SWEEP_PATH =
  /(?<!co)worker|(?:^|[/_.-])(?:jobs?|cron|crons|scheduler|schedulers|stats|statistics|telemetry|metrics|maintenance|janitor|reaper|cleanup|sweeper|pruner|backfills?|instrumentation|poller|ticker|monitor(?:ing)?|operations?|background|activities|temporal|coordinator|reconcil\w*|relay|outbox|scanner|sync(?:er|hronizer)|o11y|observability|admins?|backoffice|superuser|staff|cockpit)(?=[/_.-])/i;

/** `delete_expired_tokens`. @param name in snake case */
export function isSweepByName(name: string): boolean {
  return SWEEP_NAME.test(name);
}

const SWEEP_NAME =
  /(?:^|_)(?:all|global|globally|cleanup|clean|purge|expired?|stale|sweep|prune|backfill|migrate|seed|stats|metrics|telemetry|archive|reap|requeue|periodic(?:ally)?|scan|runnable|for_processing|unprocessed|rotate|cron|nightly|daily|hourly|orphan(?:ed|s)?|unused|outdated|obsolete|every|across|internal|admin|system|timed?_outs?|timeouts?|poll|pending|due|scheduled|overdue|inactive|idle|stuck|lost|oldest|flush|claim|per_tenant|tenants_with|for_delivery|to_be|after_(?:id|cursor))(?:_|$)/i;

/** Modules that make the one that uses them one of work that is done in the background: `Oban.Worker`. */
export function isWorkInBackground(used: string): boolean {
  return /(?:^|\.)(?:Worker|Job|Scheduler)$|^Quantum$/.test(used);
}

/**
 * What a process runs when it starts or gets a message; the processes of pages and channels serve one person.
 *
 * @param name with its arity
 */
export function isProcess(name: string | null, module: string | null): boolean {
  const runs = /^(?:init|handle_continue|handle_info|perform|start_link)\/\d$/.test(name ?? '');
  return (
    runs &&
    !/Web\b|Live\b|Live[A-Z]|LiveView|Live$|Channel|Socket|Component|Plug\b|Plugs?\./.test(module ?? '')
  );
}

/** A comment says in so many words that all tenants are meant. */
export function isSweepByComment(comment: string): boolean {
  return SWEEP_WORDS.test(comment);
}

const SWEEP_WORDS =
  /\b(?:sweep(?:s|er|ing)?|janitor|reaper|backfill(?:s|ed|ing)?|cross-(?:tenant|organi[sz]ation|org|account|project|workspace|team)s?|(?:across|for|of|over|from) (?:all|every|any) (?:the )?(?:tenant|organi[sz]ation|org|account|project|workspace|team|customer|compan)\w*|(?:all|every) tenants?|regardless of (?:the )?(?:tenant|organi[sz]ation|org|account|project|workspace|team))\b/i;

/** A variable that says where a walk through all rows goes on. */
export function isCalledCursor(variable: string): boolean {
  return /cursor$|^(?:after|last)(?:_id)?$/.test(variable);
}

/** A variable by which a function is told of nobody, but of a time, of how many or of where to go on. */
export function isOfNobody(variable: string): boolean {
  return OF_NOBODY.test(variable);
}

const OF_NOBODY =
  /^(?:_.*|(?:\w+_)?(?:time|now|date|datetime|today|cutoff|since|until|before|after|threshold|limit|offset|size|count|cursor|after_id|last_id|opts|options))$/;
