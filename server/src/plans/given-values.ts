// The generic plan of a statement has `$1` where the plan for given values has these values. Two conditions that differ in
// nothing else do the same work.

/** A parameter of a statement; a list of them has `$1` first. */
export interface PlanParameter {
  /** What the code calls it; `null` in SQL. */
  readonly name: string | null;
  /** As `format_type` prints it; `null` where the server did not tell. */
  readonly type: string | null;
}

/** As EXPLAIN prints types behind `::`. */
const TYPE = String.raw`(?:(?:timestamp|time)(?:\(\d\))? with(?:out)? time zone|(?:character|bit) varying|double precision|(?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)(?:\(\d+(?:,\d+)?\))?(?:\[\])*`;
const VALUE = String.raw`(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?(?:e[-+]?\d+)?|true|false|NULL)(?:::${TYPE})?`;
/** `$0` is never a parameter of a statement: older servers call the value of an InitPlan so. */
const PARAMETER = new RegExp(String.raw`\(\$[1-9]\d*\)::${TYPE}|\$[1-9]\d*`);

export function namesParameter(condition: string): boolean {
  return PARAMETER.test(condition);
}

/** Whether two conditions are the same, or the one has values where the other has parameters. */
export function sameButForValues(one: string, other: string): boolean {
  return one === other || isGeneric(one, other) || isGeneric(other, one);
}

function isGeneric(generic: string, given: string): boolean {
  if (!namesParameter(generic)) return false;
  const parts = generic
    .split(new RegExp(PARAMETER, 'g'))
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join(`(?:${VALUE}|${PARAMETER.source})`)}$`, 's').test(given);
}
