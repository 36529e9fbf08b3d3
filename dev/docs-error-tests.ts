/** docs/error-tests.md: where each failure or warning is explained, and which tests tell of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failurePieces, fragmentsOf, patternOf, type Piece } from './docs-messages.js';

/** So many words in a row are a text, and not a turn of phrase. */
const WORDS_IN_A_ROW = 3;
/** A text that more tests seem to name is made of words that many texts have. */
const MOST_TESTS = 4;

/** A piece, and the tests that expect it. */
export interface Raised extends Piece {
  readonly tests: readonly string[];
}

/** Tests name only a part of a text: those count that have the most of its words in a row. */
export function raisedPieces(root: string): readonly Raised[] {
  const pieces = failurePieces(root);
  const tests = testFiles(root).map((file) => ({
    file,
    words: bare(readFileSync(join(root, file), 'utf8')),
  }));
  return pieces.map((piece) => {
    for (const traces of tracesOf(piece, pieces)) {
      const found = tests.filter(({ words }) => traces.some((trace) => trace.test(words)));
      if (found.length > 0) return { ...piece, tests: likeliest(piece, found) };
    }
    return { ...piece, tests: [] };
  });
}

/** Where the words stand in many tests, those of the piece's own room are meant. */
function likeliest(piece: Piece, found: readonly { readonly file: string }[]): string[] {
  const files = found.map(({ file }) => file);
  const [, room = ''] = piece.file.split('/');
  const own = files.filter((file) => file.includes(`/${room.replace(/\.ts$/, '')}-`));
  return files.length > MOST_TESTS && own.length > 0 ? own : files;
}

/** The page, in Markdown. */
export function errorTestsPage(root: string): string {
  const sections = sectionsOf(readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8'));
  const rows = raisedPieces(root).map((piece) => {
    const heading =
      sections.find(({ texts }) => texts.some((text) => patternOf(piece).test(text)))?.heading ?? '';
    const link = `[${heading}](troubleshooting.md#${heading.toLowerCase().replaceAll(' ', '-')})`;
    const tests = piece.tests.map(short).join(', ');
    return `| \`${piece.text.trim()}\` | ${short(piece.file)} | ${heading && link} | ${tests} |`;
  });
  return [
    '# Where each failure is explained, and which test tells of it',
    '',
    'Made by `npm run docs` from the sources and the tests: every text with which the action fails or warns, in pieces as they stand in the code; its place in [troubleshooting.md](troubleshooting.md); and the tests that name its words. One has none: it would take a layer of 64 GiB.',
    '',
    '<!-- prettier-ignore-start -->',
    '',
    '| Text | Source | Explained under | Tests |',
    '| --- | --- | --- | --- |',
    ...new Set(rows),
    '',
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

/** The headings of the page, each with the texts that its table names. */
function sectionsOf(page: string): { heading: string; texts: string[] }[] {
  return page.split(/^#{2,3} /m).map((section) => ({
    heading: section.split('\n', 1)[0] ?? '',
    texts: section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)),
  }));
}

function testFiles(root: string): string[] {
  return ['unit', 'integration', 'e2e'].flatMap((folder) =>
    readdirSync(join(root, '__tests__', folder))
      .filter((name) => name.endsWith('.test.ts') && !name.startsWith('docs-'))
      .sort()
      .map((name) => `__tests__/${folder}/${name}`),
  );
}

/** Patterns for runs of the piece's words that stand in no other piece, the longest first. */
function tracesOf(piece: Piece, all: readonly Piece[]): RegExp[][] {
  const others = all.filter(({ text }) => text !== piece.text).map(({ text }) => ` ${bare(text)} `);
  const fragments = fragmentsOf(piece).map((fragment) => bare(fragment).trim().split(' '));
  const most = Math.max(...fragments.map((words) => words.length));
  if (most === 1) return [[new RegExp(fragments.flat().map(escaped).join('.{1,12}'))]];
  const lengths = Array.from({ length: Math.max(1, most - WORDS_IN_A_ROW + 1) }, (_, index) => most - index);
  const own = lengths
    .map((length) => fragments.flatMap((words) => runsOf(words, length)))
    .map((runs) => runs.filter((run) => !others.some((other) => other.includes(` ${run} `))))
    .filter((runs) => runs.length > 0);
  const runs = own.length > 0 ? own : [fragments.flatMap((words) => runsOf(words, most))];
  return runs.map((level) => level.map((run) => new RegExp(escaped(run))));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function runsOf(words: readonly string[], length: number): string[] {
  const starts = words.slice(0, Math.max(0, words.length - length + 1));
  return starts.map((_, start) => words.slice(start, start + length).join(' '));
}

/** Without what a test writes otherwise: quotes, backslashes of a pattern, several blanks. */
function bare(text: string): string {
  return text.replace(/["'`\\]/g, '').replace(/\s+/g, ' ');
}

function short(path: string): string {
  return `\`${path.replace(/^(src|__tests__)\//, '').replace(/(\.test)?\.ts$/, '')}\``;
}
