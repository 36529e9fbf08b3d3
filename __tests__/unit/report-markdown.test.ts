import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { code, fenced, plain, table } from '../../src/report/markdown.js';
import { printable } from '../../src/printable.js';
import { activeText, renderedBy } from '../support/markdown.js';
import { wildText } from '../support/wild-text.js';

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<img src=x onerror=y>',
        '</code>',
        '<!--',
        '|',
        '\\',
        '\\|',
        '`',
        '```',
        '~~~',
        '[a](http://b)',
        '![a](b)',
        '**',
        '_',
        '# ',
        '- ',
        '&lt;',
        '&#60;',
        '&',
        'https://evil.example',
        'www.evil.example',
        '@someone',
        '$x$',
        '\n',
        '\r\n',
        '\n\n| a |\n',
        '> ',
        ':tada:',
      ),
      wildText({ maxLength: 6 }),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

const oneLine = (text: string): string => printable(text.replace(/[\r\n]+/g, ' '));

/** Blanks at either end, and more than one, are nothing that HTML shows. */
const asShown = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe.each([
  ['plain text', plain],
  ['code', code],
])('%s', (_, write) => {
  it('makes nothing but text and code, and shows as itself, as GitHub’s Markdown has it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = write(text);
        expect(markdown).not.toMatch(/[\r\n]/);
        const { tags, text: shown } = renderedBy(`a ${markdown} b`);
        expect(tags.filter((tag) => !/^<\/?(?:p|code)>$/.test(tag))).toEqual([]);
        expect(asShown(shown)).toBe(asShown(`a ${oneLine(text)} b`));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'www.evil.example',
    'see WWW.evil.example/x',
    'https://evil.example',
    'HTTP://evil.example)',
    'ftp://evil.example',
    'mail jo@evil.example now',
    '<https://evil.example>',
    '[a](https://evil.example)',
    '![a](https://evil.example/a.png)',
    '<img src="https://evil.example/a.png">',
  ])('does not become a link or an image: %s', (text) => {
    expect(renderedBy(write(text)).tags.join()).not.toMatch(/<a|<img/);
  });

  it.each(['@acme', 'for @acme/ops, please', '(@acme)', '*@acme*', '\\@acme', '#1', 'see #17'])(
    'keeps what notifies or links on GitHub in code: %s',
    (text) => {
      // The filter for it looks at text in the finished HTML, but for that in code.
      expect(renderedBy(write(text)).textOutsideOfCode).not.toMatch(/(?<!\w)[@#]\w/);
    },
  );

  it('spells out what would move the cursor or turn the text around', () => {
    expect(renderedBy(write('a\u001b[31m \u009b \u202e \u2066 \u200f \u061c b')).text).toBe(
      'a\\u001b[31m \\u009b \\u202e \\u2066 \\u200f \\u061c b',
    );
  });
});

describe('a table', () => {
  it('has a head, a rule and a line for each row', () => {
    expect(
      table(
        ['a', 'b'],
        [
          ['1', '2'],
          ['3', '4'],
        ],
      ),
    ).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |');
  });

  it('keeps its cells, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostile, hostile), { maxLength: 4 }), (rows) => {
        const lines = table(
          ['a', 'b'],
          rows.map(([left, right]) => [plain(left), code(right)]),
        ).split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(activeText(line).split('|')).toHaveLength(4);
        const { tags } = renderedBy(lines.join('\n'));
        expect(tags.filter((tag) => tag === '<td>')).toHaveLength(2 * rows.length);
      }),
    );
  });
});

describe('a fenced block', () => {
  it('ends where it has to, whatever is in it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = fenced('text', text).split(/\r\n|\r|\n/);
        const fence = /^`{3,}(?=text$)/.exec(lines[0] ?? '')?.[0] ?? 'none';
        expect(lines.join('').replaceAll('\t', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        // CommonMark 4.5: a closing fence is at least as long as the opening one.
        const closing = lines
          .slice(1)
          .findIndex((line) => new RegExp(`^ {0,3}\`{${fence.length},}\\s*$`).test(line));
        expect(closing).toBe(lines.length - 2);
      }),
    );
  });

  it.each([
    ['a', '```text\na\n```'],
    ['```', '````text\n```\n````'],
    ['a `b` ````', '`````text\na `b` ````\n`````'],
  ])('of %j is fenced off', (text, markdown) => {
    expect(fenced('text', text)).toBe(markdown);
  });
});
