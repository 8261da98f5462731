// How statements whose locks, rewrites, scans and index builds we claim to know are written down.

export interface Claims {
  readonly about: string;
  readonly schema: string;
  /** A statement sees what those before it left. */
  readonly statements: readonly Claim[];
}

/** A statement, or one that only some versions have. */
export type Claim = string | { readonly sql: string; readonly from: number };

/** Of that version and later ones. */
export function from(major: number, sql: string): Claim {
  return { sql, from: major };
}

/** Those that a server of that version reads. */
export function statementsFor({ statements }: Claims, major: number): readonly string[] {
  return statements.flatMap((claim) => {
    if (typeof claim === 'string') return [claim];
    return claim.from <= major ? [claim.sql] : [];
  });
}
