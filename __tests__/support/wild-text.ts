import fc from 'fast-check';

/**
 * Texts of any characters. fast-check has them too, as the unit `binary`, but takes most of a second to think of it in
 * each test file.
 */
export function wildText(constraints: Omit<fc.StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: anyCharacter });
}

/** Of ASCII, of what one unit of UTF-16 holds, and of all that there is; no half of a pair. */
const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));
