// One object for all that is made of the same parts, so that it is seen by identity whether any of them has changed. Nothing is kept alive:
// it is forgotten together with any of its objects.

interface Branch {
  readonly byObject: WeakMap<object, Branch>;
  readonly byFacts: Map<string, object>;
}

const newBranch = (): Branch => ({ byObject: new WeakMap(), byFacts: new Map() });

const start = newBranch();

/**
 * The same object whenever the objects are the same ones and the facts are equal, whichever file or workspace asks.
 *
 * @param objects at least one, compared by identity
 */
export function identityOf(
  objects: readonly [object, ...object[]],
  facts: readonly (string | number | boolean)[],
): object {
  let branch = start;
  for (const object of objects) {
    const next = branch.byObject.get(object) ?? newBranch();
    branch.byObject.set(object, next);
    branch = next;
  }
  const key = JSON.stringify(facts);
  const identity = branch.byFacts.get(key) ?? {};
  branch.byFacts.set(key, identity);
  return identity;
}
