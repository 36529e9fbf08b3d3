import fc from 'fast-check';

/**
 * Pieces that mean something to somebody: separators of every grammar here, what ends a line or starts a command,
 * what Unicode does unexpectedly, names that objects have already.
 */
const TEXT_PIECES = [
  ...Array.from(':/@.=,-_+#%&|*!?~^$\\"\'`<>[](){}; \t\n\r'),
  ...[
    '\r\n',
    '\0',
    '\u001b[2J',
    '\u0085',
    '\u2028',
    '\u202e',
    '\ufeff',
    '\ud800',
    '\udfff',
    '🚢',
    'İ',
    'ß',
    'é',
  ],
  ...[
    '::',
    '::error::',
    '::set-output name=a::b',
    '##[group]',
    '%0A',
    '%',
    '\\u000a',
    '${{ github }}',
    '{{tag}}',
  ],
  ...[
    '//',
    '../',
    'http://',
    'https://',
    ':5000',
    '[::1]',
    'sha256:',
    '@sha256:',
    'xn--',
    'localhost',
    '{{',
    '}}',
  ],
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1e999',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
    '- ',
    ': ',
    '&a ',
    '*a',
    '!b ',
  ],
  ...['a'.repeat(129), 'A', '9'.repeat(20), ' '.repeat(40), '-'.repeat(60), '/'.repeat(30), '('.repeat(300)],
] as const;

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXT_PIECES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);

type Edit = readonly [
  kind: 'insert' | 'delete' | 'replace' | 'repeat' | 'cut',
  at: number,
  length: number,
  text: string,
];

const edit: fc.Arbitrary<Edit> = fc.tuple(
  fc.constantFrom('insert', 'delete', 'replace', 'repeat', 'cut'),
  fc.nat(10_000),
  fc.nat(12),
  piece,
);

function applyEdit(text: string, [kind, at, length, inserted]: Edit): string {
  const start = at % (text.length + 1);
  const [before, target, after] = [
    text.slice(0, start),
    text.slice(start, start + length),
    text.slice(start + length),
  ];
  const edited = {
    insert: before + inserted + target + after,
    delete: before + after,
    replace: before + inserted + after,
    repeat: before + target + target + after,
    cut: before,
  };
  return edited[kind];
}

/** A valid text with up to five edits; also as it is. */
export function mutated(valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(valid, fc.array(edit, { maxLength: 5 }))
    .map(([text, edits]) => edits.reduce(applyEdit, text));
}

/** Texts that are nearly nothing, or anything. */
export const anyText = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** What JSON can hold where something else was expected. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, '', [], {}, [null], [[]], {
    a: null,
  }),
  fc.constantFrom<unknown>('x'.repeat(5_000), 'null', '::error::x', '\n\u2028', '__proto__', deep(200)),
  anyText,
  fc.jsonValue({ maxDepth: 2 }),
);

function deep(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 'deep');
}

type JsonEdit = readonly [
  kind: 'replace' | 'delete' | 'add' | 'double' | 'text',
  path: readonly number[],
  value: unknown,
  name: string,
];

const jsonEdit: fc.Arbitrary<JsonEdit> = fc.tuple(
  fc.constantFrom('replace', 'delete', 'add', 'double', 'text'),
  fc.array(fc.nat(30), { maxLength: 5 }),
  oddValue,
  piece,
);

/** Edits the node that the path leads to; the path's numbers choose among the keys there are. */
function applyJsonEdit(value: unknown, [kind, path, replacement, name]: JsonEdit): unknown {
  const [step, ...rest] = path;
  const isParent = typeof value === 'object' && value !== null;
  const keys = isParent ? Object.keys(value) : [];
  if (step === undefined || keys.length === 0 || !isParent) {
    if (kind === 'text' && typeof value === 'string') return value.slice(0, 3) + name + value.slice(3);
    return replacement;
  }
  const key = keys[step % keys.length] ?? '';
  const isLast = rest.length === 0;
  const child = (value as Record<string, unknown>)[key];
  if (Array.isArray(value)) {
    const items = value as unknown[];
    const at = Number(key);
    if (isLast && kind === 'delete') return items.toSpliced(at, 1);
    if (isLast && kind === 'double') return items.toSpliced(at, 0, child);
    if (isLast && kind === 'add') return items.toSpliced(at, 0, replacement);
    return items.with(at, applyJsonEdit(child, [kind, rest, replacement, name]));
  }
  const entries = Object.entries(value);
  if (isLast && kind === 'delete') return Object.fromEntries(entries.filter(([other]) => other !== key));
  if (isLast && kind === 'add') return Object.fromEntries([...entries, [name, replacement]]);
  const changed = applyJsonEdit(child, [kind, rest, replacement, name]);
  return Object.fromEntries(entries.map(([other, kept]) => [other, other === key ? changed : kept]));
}

/** A valid document with up to four nodes replaced, taken away, added or doubled; also as it is. */
export function mutatedJson(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(valid, fc.array(jsonEdit, { maxLength: 4 }))
    .map(([document, edits]) => edits.reduce(applyJsonEdit, document));
}

/** Its text, which may be damaged itself. */
export function mutatedJsonText(valid: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const text = mutatedJson(valid).map((document) => JSON.stringify(document));
  return fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: mutated(text) });
}

type ByteEdit = readonly [
  kind: 'set' | 'flip' | 'delete' | 'insert' | 'cut' | 'zero',
  at: number,
  length: number,
  byte: number,
];

const byteEdit: fc.Arbitrary<ByteEdit> = fc.tuple(
  fc.constantFrom('set', 'flip', 'delete', 'insert', 'cut', 'zero'),
  fc.oneof(
    fc.nat(2 ** 20),
    fc.nat(80),
    fc.nat(80).map((fromEnd) => -1 - fromEnd),
  ),
  fc.nat(40),
  fc.nat(255),
);

function applyByteEdit(bytes: Buffer, [kind, at, length, byte]: ByteEdit): Buffer {
  if (bytes.length === 0) return bytes;
  const start = ((at % bytes.length) + bytes.length) % bytes.length;
  const [before, target, after] = [
    bytes.subarray(0, start),
    bytes.subarray(start, start + length),
    bytes.subarray(start + length),
  ];
  const rest = bytes.subarray(start + 1);
  switch (kind) {
    case 'set':
      return Buffer.concat([before, Buffer.of(byte), rest]);
    case 'flip':
      return Buffer.concat([before, Buffer.of((bytes[start] ?? 0) ^ (1 << (byte % 8))), rest]);
    case 'delete':
      return Buffer.concat([before, after]);
    case 'insert':
      return Buffer.concat([before, Buffer.alloc(length, byte), target, after]);
    case 'cut':
      return before;
    case 'zero':
      return Buffer.concat([before, Buffer.alloc(target.length), after]);
  }
}

/** Valid bytes with up to five edits, which also fall near both ends, where headers and footers are. */
export function mutatedBytes(valid: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(valid, fc.array(byteEdit, { maxLength: 5 }))
    .map(([bytes, edits]) => edits.reduce(applyByteEdit, bytes));
}
