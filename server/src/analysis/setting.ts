// What kind of code a query stands in: code that serves one tenant is held to more than code that sweeps over all of them.

import { snakeCase } from '../text/words.js';

/**
 * - `once`: a migration, a seed, a test, a task that a person starts.
 * - `sweep`: it is called like something that goes over all tenants, a worker, a scheduler, `delete_expired_tokens`, or a
 *   comment says so, and it is not told of one.
 */
export type Setting = 'application' | 'sweep' | 'once';

export interface Place {
  /** With `/` between folders, relative to the workspace. */
  readonly path: string;
  /** The module's full name; `null` in SQL. */
  readonly module: string | null;
  /** The function, as `name/arity`, or the name that a comment gives a SQL query; `null` when there is none. */
  readonly name: string | null;
  /** Variables that the function gets from its caller. */
  readonly given: readonly string[];
  /** What is written in comments right above it. */
  readonly says: string;
}

/** Folders of tests; below `lib/` they are parts of the application that are called so. */
const TEST_FOLDER = /(?<!(?:^|\/)lib\/.*)(?:^|\/)(?:tests?|spec|fixtures?|bench)\//i;
const ONCE_PATH =
  /(?:^|\/)(?:factor(?:y|ies)|seeds?|migrations?|data_migrations|benchmarks?)\/|(?:^|\/)(?:tests?|spec|fixtures?|factor(?:y|ies)|seeds?|migrations?|data_migrations|benchmarks?|bench)\.(?:exs?|sql)$|_test\.exs?$|(?:^|\/)priv\/.*\.exs$|\/mix\/tasks\/|(?:^|\/)(?:scripts?|release_tasks|backfills?|testenv|testrepo|demoseed|(?:audit|db|sql|integration)_?tests?)\/|_seeds?\.|(?:^|[/_])(?:change|migration|data_migration|backfill)_\d+|(?:^|\/)release_tasks\.ex$/i;
/** `Shop.Release` is what mix tasks become in a release; deeper names are of releases of something. */
const ONCE_MODULE = /^Mix\.Tasks\.|^\w+\.Release$|\.(?:ReleaseTasks|Seeds?|Factory|Fixtures?)$|Test$/;
const SWEEP_PATH =
  /(?<!co)worker|(?:^|[/_.-])(?:jobs?|cron|crons|scheduler|schedulers|stats|statistics|telemetry|metrics|maintenance|janitor|reaper|cleanup|sweeper|pruner|backfills?|instrumentation|poller|ticker|monitor(?:ing)?|operations?|background|activities|temporal|coordinator|reconcil\w*|relay|outbox|scanner|sync(?:er|hronizer)|o11y|observability|admins?|backoffice|superuser|staff|cockpit)(?=[/_.-])/i;
const SWEEP_NAME =
  /(?:^|_)(?:all|global|globally|cleanup|clean|purge|expired?|stale|sweep|prune|backfill|migrate|seed|stats|metrics|telemetry|archive|reap|requeue|periodic(?:ally)?|scan|runnable|for_processing|unprocessed|rotate|cron|nightly|daily|hourly|orphan(?:ed|s)?|unused|outdated|obsolete|every|across|internal|admin|system|timed?_outs?|timeouts?|poll|pending|due|scheduled|overdue|inactive|idle|stuck|lost|oldest|flush|claim|per_tenant|tenants_with|for_delivery|to_be|after_(?:id|cursor))(?:_|$)/i;

/** What a process runs when it starts or gets a message; the processes of pages and channels serve one person. */
function isProcess(name: string | null, module: string | null): boolean {
  const runs = /^(?:init|handle_continue|handle_info|perform|start_link)\/\d$/.test(name ?? '');
  return (
    runs &&
    !/Web\b|Live\b|Live[A-Z]|LiveView|Live$|Channel|Socket|Component|Plug\b|Plugs?\./.test(module ?? '')
  );
}

/** Words with which people say that all tenants are meant. */
const SWEEP_WORDS =
  /\b(?:sweep(?:s|er|ing)?|janitor|reaper|backfill(?:s|ed|ing)?|cross-(?:tenant|organi[sz]ation|org|account|project|workspace|team)s?|(?:across|for|of|over|from) (?:all|every|any) (?:the )?(?:tenant|organi[sz]ation|org|account|project|workspace|team|customer|compan)\w*|(?:all|every) tenants?|regardless of (?:the )?(?:tenant|organi[sz]ation|org|account|project|workspace|team))\b/i;

/** @param column by which most tables name their tenant */
export function settingOf({ path, module, name, given, says }: Place, column: string | null): Setting {
  if (TEST_FOLDER.test(path) || ONCE_PATH.test(path) || (module !== null && ONCE_MODULE.test(module)))
    return 'once';
  // What is told whom it works for does not go over all of them, whatever it is called.
  if (isToldOfOne(given, column)) return 'application';
  const called = snakeCase((name ?? '').replace(/\/\d+$/, '').replace(/[?!]$/, ''));
  if (SWEEP_PATH.test(path) || SWEEP_NAME.test(called) || SWEEP_WORDS.test(says)) return 'sweep';
  return isProcess(name, module) ? 'sweep' : 'application';
}

/** Whether one of the variables that a function is given says for which tenant it works. */
export function isToldOfOne(given: readonly string[], column: string | null): boolean {
  return given.some((variable) => namesTenant(variable, column));
}

/** `organization_id`, `organization`, `current_organization`, or a scope that holds it. */
function namesTenant(variable: string, column: string | null): boolean {
  const name = variable.replace(/^current_/, '');
  if (name === 'scope') return true;
  return column !== null && (name === column || name === column.replace(/_id$/, ''));
}
