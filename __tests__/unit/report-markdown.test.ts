import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { code, fenced, plain, table } from '../../src/report/markdown.js';
import { activeText, shownText } from '../support/markdown.js';

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
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');

describe('plain text', () => {
  it('never makes a tag, a table cell, code, a link, an image or a second line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = plain(text);
        expect(markdown).not.toMatch(/[\r\n]/);
        expect(activeText(markdown)).not.toMatch(/[<>|`[\]*_]/);
        expect(markdown).not.toContain('://');
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows as itself', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(shownText(plain(text))).toBe(oneLine(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['<b>', 'a & b', '&lt;', '5 > 4 < 6'])('%s shows as itself', (text) => {
    expect(shownText(plain(text))).toBe(text);
  });

  it.each(['www.evil.example', 'see WWW.evil.example/x', 'https://evil.example', 'HTTP://evil.example'])(
    'does not become a link: %s',
    (text) => {
      // GitHub makes links of these without any brackets: "Autolinks (extension)" of its Markdown.
      expect(plain(text)).not.toMatch(/www\.|:\/\//i);
    },
  );
});

describe('code', () => {
  it('never ends before its end, and nothing in it takes effect', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = code(text);
        expect(markdown).toMatch(/^<code>.*<\/code>$/s);
        const inside = markdown.slice('<code>'.length, -'</code>'.length);
        expect(inside).not.toMatch(/[\r\n]/);
        expect(inside.replace(/&#\d+;/g, '')).not.toMatch(/[<>&|`[\]*_\\]/);
        expect(inside).not.toContain('://');
        expect(shownText(inside)).toBe(oneLine(text));
      }),
      { numRuns: 2_000 },
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
