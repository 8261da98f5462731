// What a parser could not read, as data. Parsing itself never fails.

import type { Span } from '../text/span.js';

export interface Problem {
  readonly kind: 'problem';
  readonly span: Span;
  /** In the parser's own words where it has good ones: `syntax error at or near "FORM"`. */
  readonly message: string;
}
