// Elixir by tree-sitter, without tree-sitter showing. A text that does not parse is parsed a second time with what it seems
// to lack put in; the reading with less damage counts.

import { Language, Parser } from 'web-tree-sitter';
import { binaryProblem } from '../binary.js';
import { convertFile } from './convert.js';
import { FlatTree } from './flat-tree.js';
import type { Comment, ElixirFile } from './nodes.js';
import { problemsIn } from './problems.js';
import { moduleMemory, type TreeReader, treeReader } from './read-tree.js';
import { type Repair, repair } from './repair.js';
import { type Healthy, spliced } from './splice.js';
import { looksUnfinished, markStrayWords } from './unfinished.js';

export interface ElixirParser {
  /**
   * Never fails: damaged text gives what can be told of it, and problems.
   *
   * @param previous what the same document gave before it was edited: makes parsing it again cheap
   */
  parse(text: string, previous?: ElixirFile): ElixirFile;
}

/**
 * @param location the folder of `web-tree-sitter.wasm` and `tree-sitter-elixir.wasm`, or a function from name to path
 * @throws when a file is missing or is not what it should be
 */
export async function loadElixirParser(location: string | ((name: string) => string)): Promise<ElixirParser> {
  const pathOf = typeof location === 'string' ? (name: string) => `${location}/${name}` : location;
  await Parser.init(Object.assign(moduleMemory, { locateFile: pathOf }));
  const language = await Language.load(pathOf('tree-sitter-elixir.wasm'));
  const parser = new Parser();
  parser.setLanguage(language);
  return new TreeSitterParser(parser, language.types, treeReader(parser, language.types));
}

/** A tree of the text that was asked for, or of a guess at what is missing in it. */
interface Reading {
  readonly flat: FlatTree;
  readonly guess: Repair | null;
  /** False when the text as it stands is valid. */
  readonly damaged: boolean;
}

class TreeSitterParser implements ElixirParser {
  private readonly asWritten: FlatTree;
  private readonly repaired: FlatTree;
  private readonly part: FlatTree;
  /** For documents that are being edited: the last text that was valid. */
  private readonly healthy = new WeakMap<ElixirFile, Healthy>();

  constructor(
    private readonly parser: Parser,
    types: readonly string[],
    private readonly read: TreeReader,
  ) {
    this.asWritten = new FlatTree(types);
    this.repaired = new FlatTree(types);
    this.part = new FlatTree(types);
  }

  parse(text: string, previous?: ElixirFile): ElixirFile {
    const binary = binaryProblem(text);
    if (binary !== null) return { items: [], comments: [], problems: [binary] };
    const base = previous === undefined ? undefined : this.healthy.get(previous);
    const reading = (base && this.readingSince(base, text)) ?? this.fullReading(text);
    const file = fileOf(text, reading);
    if (previous === undefined) return file;
    const isHealthy = reading.guess === null && !reading.damaged;
    const kept = isHealthy ? { text, flat: reading.flat.copy() } : base;
    if (kept !== undefined) this.healthy.set(file, kept);
    return file;
  }

  private fullReading(text: string): Reading {
    const { asWritten, repaired } = this;
    this.parseInto(asWritten, text);
    const damaged = asWritten.damage > 0;
    const plain: Reading = { flat: asWritten, guess: null, damaged };
    const guess = damaged || looksUnfinished({ text, tree: asWritten }) ? repair(text) : null;
    if (guess === null) return plain;
    this.parseInto(repaired, guess.text);
    // Valid code that only looks unfinished is taken for that when the guess explains all of it.
    const better = damaged ? repaired.lost() < asWritten.lost() : repaired.damage === 0;
    return better ? { flat: repaired, guess, damaged } : plain;
  }

  /** What {@link fullReading} would give, where parsing a few statements is enough to know it; else `null`. */
  private readingSince(base: Healthy, text: string): Reading | null {
    const flat = spliced(base, text, this.parsePart);
    const plain: Reading | null = flat && { flat, guess: null, damaged: false };
    if (flat !== null && !looksUnfinished({ text, tree: flat })) return plain;
    const guess = repair(text);
    if (guess === null) return plain;
    // An open quote reaches as far as it may, so other statements have a say in what is damaged.
    if (guess.quotes) return null;
    // Statements that do not parse alone may do so in their place, where an `end` ends a block around them.
    if (flat === null && guess.removes) return null;
    const guessed = spliced(base, guess.text, this.parsePart);
    return guessed && { flat: guessed, guess, damaged: flat === null };
  }

  private readonly parsePart = (text: string): FlatTree => {
    this.parseInto(this.part, text);
    return this.part;
  };

  private parseInto(flat: FlatTree, text: string): void {
    const tree = this.parser.parse(maskNames(text));
    if (tree === null) throw new Error('tree-sitter gave no tree');
    this.read(tree, flat);
    // A missing end of line is damage that no node shows.
    if (flat.damage === 0 && tree.rootNode.hasError) flat.damage = 1;
    tree.delete();
    markStrayWords({ text, tree: flat });
  }
}

function fileOf(text: string, { flat, guess, damaged }: Reading): ElixirFile {
  const tree = guess === null ? flat : flat.moved(guess.toOriginal);
  return {
    items: convertFile({ text, tree }),
    comments: commentsIn(text, tree),
    problems: problemsIn(tree, text, damaged && guess !== null ? guess.problems : []),
  };
}

/**
 * Hides names at the start of a line that begin like an operator, as `organization` does with `or`: after two or more
 * lines of a clause the grammar takes `organization ->` for `… or ganization ->`. Names are read from the text itself.
 */
function maskNames(text: string): string {
  return text.replace(/(\n[ \t]*)(?:in|or|and|when)(?=\w)/g, (found, space: string) => {
    return `${space}x${found.slice(space.length + 1)}`;
  });
}

function commentsIn(text: string, tree: FlatTree): Comment[] {
  return tree.comments.map((node) => {
    const span = tree.span(node);
    return { span, text: text.slice(span.start + 1, span.end) };
  });
}
