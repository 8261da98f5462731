// PostgreSQL's own grammar: libpg-query through its emscripten module. Synchronous once loaded, and never throws.
//
// Nesting beyond the JavaScript stack throws out of the wasm and leaves it a little damaged; after some thirty times it answers
// nothing any more. So the first time already orders a new instance, which takes over when it is ready, and the wounded one
// serves until then.

import factory, { type PgQueryModule } from 'libpg-query/wasm/libpg-query.js';
import type { Node } from './nodes.js';
import { locationsFromBytes, offsetOfCodePoint } from './positions.js';

export type Outcome =
  /** `node` is `null` for a text without a statement, and where no tree was asked for. */
  | { readonly kind: 'accepted'; readonly node: Node | null }
  /** `offset` counts UTF-16 code units; `null` when the server names no place. */
  | { readonly kind: 'refused'; readonly message: string; readonly offset: number | null }
  | { readonly kind: 'overflow' }
  /** Nothing can be parsed before the current turn of the event loop has ended. */
  | { readonly kind: 'restarting' };

export interface Grammar {
  /** Whether the text parses. Three times as fast as asking for the tree. */
  check(text: string): Outcome;
  /** The tree of the first statement, with locations in UTF-16 code units. */
  tree(text: string): Outcome;
}

const ACCEPTED: Outcome = { kind: 'accepted', node: null };

/** @param wasm the bytes of `libpg-query.wasm`. Rejects when they are not a module. */
export async function loadGrammar(wasm: Uint8Array): Promise<Grammar> {
  const compiled = await WebAssembly.compile(wasm);
  const start = () =>
    factory({
      instantiateWasm(imports, receive) {
        receive(new WebAssembly.Instance(compiled, imports));
        return {};
      },
    });
  const engine = new Engine(await start(), start);
  return {
    check: (text) => engine.parse(text, false),
    tree: (text) => engine.parse(text, true),
  };
}

class Engine {
  private pg: PgQueryModule | null;
  private healing = false;

  constructor(
    pg: PgQueryModule,
    private readonly start: () => Promise<PgQueryModule>,
  ) {
    this.pg = pg;
  }

  parse(text: string, wantsTree: boolean): Outcome {
    if (this.pg === null) {
      this.heal();
      return { kind: 'restarting' };
    }
    try {
      return run(this.pg, text, wantsTree);
    } catch (error) {
      const survives = error instanceof RangeError;
      if (!survives) this.pg = null;
      this.heal();
      return { kind: survives ? 'overflow' : 'restarting' };
    }
  }

  private heal(): void {
    if (this.healing) return;
    this.healing = true;
    this.start().then(
      (pg) => {
        this.pg = pg;
        this.healing = false;
      },
      () => {
        this.healing = false;
      },
    );
  }
}

/** struct PgQueryParseResult { char *tree; char *stderr; PgQueryError *error } */
const ERROR_FIELD = 8;
/** struct PgQueryError { char *message, *function, *file; int line; int cursor } */
const CURSOR_FIELD = 16;

function run(pg: PgQueryModule, text: string, wantsTree: boolean): Outcome {
  const byteLength = pg.lengthBytesUTF8(text);
  const input = pg._malloc(byteLength + 1);
  pg.stringToUTF8(text, input, byteLength + 1);
  const result = pg._wasm_parse_query_raw(input);
  const outcome = outcomeOf(pg, result, text, wantsTree);
  if (outcome.kind === 'accepted' && outcome.node !== null && byteLength !== text.length) {
    locationsFromBytes(outcome.node, text, byteLength);
  }
  pg._wasm_free_parse_result(result);
  pg._free(input);
  return outcome;
}

function outcomeOf(pg: PgQueryModule, result: number, text: string, wantsTree: boolean): Outcome {
  const error = pg.getValue(result + ERROR_FIELD, 'i32');
  if (error !== 0) {
    return {
      kind: 'refused',
      message: pg.UTF8ToString(pg.getValue(error, 'i32')),
      offset: offsetOfCodePoint(text, pg.getValue(error + CURSOR_FIELD, 'i32')),
    };
  }
  if (!wantsTree) return ACCEPTED;
  const tree: { stmts?: { stmt?: Node }[] } = JSON.parse(pg.UTF8ToString(pg.getValue(result, 'i32')));
  return { kind: 'accepted', node: tree.stmts?.[0]?.stmt ?? null };
}
