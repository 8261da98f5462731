// Elixir by tree-sitter, without tree-sitter showing. A text that does not parse is parsed a second time with what it seems
// to lack put in; the reading with less damage counts.

import { Language, Parser } from 'web-tree-sitter';
import { convertFile } from './convert.js';
import { EditedTrees, editedCopy, type KeptTree } from './edited-trees.js';
import { FlatTree } from './flat-tree.js';
import type { Comment, ElixirFile } from './nodes.js';
import { problemsIn } from './problems.js';
import { type ModuleMemory, type TreeReader, treeReader } from './read-tree.js';
import { repair } from './repair.js';
import { looksUnfinished, markStrayWords } from './unfinished.js';

export interface ElixirParser {
  /**
   * Never fails: damaged text gives what can be told of it, and problems.
   *
   * @param previous what the same document gave before it was edited: makes parsing it again cheap. Each result serves once
   */
  parse(text: string, previous?: ElixirFile): ElixirFile;
}

/** web-tree-sitter has one instance a process; only the object that was given first gets to see its memory. */
const memory: ModuleMemory = {};

/**
 * @param location the folder of `web-tree-sitter.wasm` and `tree-sitter-elixir.wasm`, or a function from name to path
 * @throws when a file is missing or is not what it should be
 */
export async function loadElixirParser(location: string | ((name: string) => string)): Promise<ElixirParser> {
  const pathOf = typeof location === 'string' ? (name: string) => `${location}/${name}` : location;
  await Parser.init(Object.assign(memory, { locateFile: pathOf }));
  const language = await Language.load(pathOf('tree-sitter-elixir.wasm'));
  const parser = new Parser();
  parser.setLanguage(language);
  return new TreeSitterParser(parser, language.types, treeReader(parser, language.types, memory));
}

/** The better one of two readings of a text. */
interface Best {
  readonly flat: FlatTree;
  readonly kept: KeptTree;
  readonly problems: ElixirFile['problems'];
}

class TreeSitterParser implements ElixirParser {
  private readonly asWritten: FlatTree;
  private readonly repaired: FlatTree;
  private readonly edited = new EditedTrees();

  constructor(
    private readonly parser: Parser,
    types: readonly string[],
    private readonly read: TreeReader,
  ) {
    this.asWritten = new FlatTree(types);
    this.repaired = new FlatTree(types);
  }

  parse(text: string, previous?: ElixirFile): ElixirFile {
    const base = previous === undefined ? null : this.edited.take(previous);
    const { flat, kept, problems } = this.bestSince(base, text) ?? this.best(text, null);
    base?.tree.delete();
    const items = convertFile({ text, tree: flat });
    const file = { items, comments: commentsIn(text, flat), problems };
    if (previous === undefined) kept.tree.delete();
    else this.edited.keep(file, kept);
    return file;
  }

  /** `null` for a damaged result: damage of the old tree may outlive its cause, so the text has to be read afresh. */
  private bestSince(base: KeptTree | null, text: string): Best | null {
    if (base === null) return null;
    const best = this.best(text, base);
    if (best.flat.damage === 0) return best;
    best.kept.tree.delete();
    return null;
  }

  private best(text: string, base: KeptTree | null): Best {
    const { asWritten, repaired } = this;
    const kept = this.parseInto(asWritten, text, base);
    const damaged = asWritten.damage > 0;
    const guess = damaged || looksUnfinished({ text, tree: asWritten }) ? repair(text) : null;
    if (guess === null) return { flat: asWritten, kept, problems: problemsIn(asWritten, text, []) };

    const keptRepair = this.parseInto(repaired, guess.text, base);
    // Valid code that only looks unfinished is taken for that when the guess explains all of it.
    const better = damaged ? repaired.lost() < asWritten.lost() : repaired.damage === 0;
    (better ? kept : keptRepair).tree.delete();
    if (!better) return { flat: asWritten, kept, problems: problemsIn(asWritten, text, []) };
    repaired.moveOffsets(guess.toOriginal);
    const problems = problemsIn(repaired, text, damaged ? guess.problems : []);
    return { flat: repaired, kept: keptRepair, problems };
  }

  private parseInto(flat: FlatTree, text: string, base: KeptTree | null): KeptTree {
    const masked = maskNames(text);
    const old = base === null ? null : editedCopy(base, masked);
    const tree = this.parser.parse(masked, old);
    old?.delete();
    if (tree === null) throw new Error('tree-sitter gave no tree');
    this.read(tree, flat);
    markStrayWords({ text, tree: flat });
    return { text: masked, tree };
  }
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
  const comments: Comment[] = [];
  for (const node of tree.comments) {
    const span = tree.span(node);
    // One that starts with another character was put there by `repair`.
    if (text.charAt(span.start) === '#') comments.push({ span, text: text.slice(span.start + 1, span.end) });
  }
  return comments;
}
