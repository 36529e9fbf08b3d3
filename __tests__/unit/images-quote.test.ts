import { describe, expect, it } from '@jest/globals';
import { quote } from '../../src/images/quote.js';

describe('quote', () => {
  it.each([
    ['plain text', 'v1.2.3', '"v1.2.3"'],
    ['quotes', 'a "b"', '"a \\"b\\""'],
    ['a line break', 'a\n::error::b', '"a\\n::error::b"'],
    ['DEL and C1', '\u007f\u0085\u009b2J', '"\\u007f\\u0085\\u009b2J"'],
    ['line separators', 'a\u2028b\u2029c', '"a\\u2028b\\u2029c"'],
    ['marks that reorder text', '\u202etxt\u2069', '"\\u202etxt\\u2069"'],
    ['half a surrogate pair', '\ud83d', '"\\ud83d"'],
    ['other languages', 'größe 尺寸 🚢', '"größe 尺寸 🚢"'],
  ])('shows %s', (_, text, shown) => {
    expect(quote(text)).toBe(shown);
  });

  it('cuts what is very long', () => {
    expect(quote('x'.repeat(301))).toBe(`"${'x'.repeat(300)}…"`);
    expect(quote('x'.repeat(300))).toBe(`"${'x'.repeat(300)}"`);
  });
});
