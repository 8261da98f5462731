// The settings of a server that decide about plans: those that the file of statistics carries, and no others. What is set by any
// other one, such as `search_path`, would change which tables a statement means.

/** Told whatever they are: defaults have changed between versions, and people look for these. */
export const MAIN_SETTINGS: readonly string[] = [
  'default_statistics_target',
  'effective_cache_size',
  'hash_mem_multiplier',
  'jit',
  'max_parallel_workers',
  'max_parallel_workers_per_gather',
  'random_page_cost',
  'seq_page_cost',
  'work_mem',
];

/**
 * The names of the others, as a regular expression for the server and for us; `category` of pg_settings would name them, but is
 * translated.
 */
export const OTHER_SETTINGS =
  '^(enable_|geqo|min_parallel_(table|index)_scan_size$|(from|join)_collapse_limit$)|_cost$' +
  '|^(constraint_exclusion|cursor_tuple_fraction|effective_io_concurrency|parallel_leader_participation' +
  '|plan_cache_mode|recursive_worktable_factor)$';

export function isPlannerSetting(name: string): boolean {
  return MAIN_SETTINGS.includes(name) || (/^[a-z_]+$/.test(name) && new RegExp(OTHER_SETTINGS).test(name));
}

interface ValueKind {
  readonly names: RegExp;
  readonly values: RegExp;
  /** After "must be". */
  readonly words: string;
}

/** The first that fits. Source: manual, chapter 19, and section 19.1.1 for how values are written. */
const VALUE_KINDS: readonly ValueKind[] = [
  {
    names: /^(?:enable_|(?:geqo|jit|parallel_leader_participation)$)/,
    values: /^(?:on|off|true|false|yes|no|1|0)$/i,
    words: '"on" or "off"',
  },
  {
    names: /^(?:work_mem|effective_cache_size|min_parallel_.*_scan_size)$/,
    values: /^\s*\d+(?:\.\d+)?\s*(?:B|kB|MB|GB|TB)?\s*$/,
    words: 'a size, such as "64MB"',
  },
  {
    names: /^constraint_exclusion$/,
    values: /^(?:partition|on|off|true|false|yes|no|1|0)$/i,
    words: '"partition", "on" or "off"',
  },
  {
    names: /^plan_cache_mode$/,
    values: /^(?:auto|force_generic_plan|force_custom_plan)$/i,
    words: '"auto", "force_generic_plan" or "force_custom_plan"',
  },
  {
    names: /^/,
    values: /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i,
    words: 'a number in quotation marks, such as "1.1"',
  },
];

/** What the value of a planner setting must be, when it is something else; `null` when it may be. */
export function wrongSettingValue(name: string, value: string): string | null {
  const kind = VALUE_KINDS.find(({ names }) => names.test(name));
  return kind === undefined || kind.values.test(value) ? null : kind.words;
}
