import assert from 'node:assert/strict';
import {
  fileName,
  folderOf,
  type Language,
  languageOf,
  sourceFile,
} from '../../server/src/text/source-file.js';

describe('a source file', () => {
  const cases: readonly (readonly [path: string, language: Language, folder: string, name: string])[] = [
    ['/a/b.ex', 'elixir', '/a', 'b.ex'],
    ['/a/b.exs', 'elixir', '/a', 'b.exs'],
    ['/a/b.sql', 'sql', '/a', 'b.sql'],
    ['/a/plumbline.jsonc', 'data', '/a', 'plumbline.jsonc'],
    ['/a/b.ex.sql', 'sql', '/a', 'b.ex.sql'],
    ['/a.ex/b', 'sql', '/a.ex', 'b'],
    ['/b.exs', 'elixir', '', 'b.exs'],
    ['b.sql', 'sql', '', 'b.sql'],
  ];
  for (const [path, language, folder, name] of cases) {
    it(path, () => {
      assert.equal(languageOf(path), language);
      assert.equal(sourceFile(path, '').language, language);
      assert.equal(folderOf(path), folder);
      assert.equal(fileName(path), name);
    });
  }

  it('has the language that it is given', () => {
    assert.equal(sourceFile('untitled', '', 'elixir').language, 'elixir');
  });

  it('indexes its lines once', () => {
    const file = sourceFile('/a.sql', 'a\nb');
    assert.equal(file.lines, file.lines);
    assert.equal(file.lines.lineCount, 2);
  });
});
