import fc from 'fast-check';

/** Texts that the grammars allow, built from the grammars themselves, with what they mean. */

const lower = Array.from('abcdefghijklmnopqrstuvwxyz0123456789');
const word = (units: readonly string[], maxLength = 8): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...units), minLength: 1, maxLength });

/** alpha-numeric [separator alpha-numeric]*, the grammar's path-component. */
export const pathComponent = fc
  .tuple(
    word(lower),
    fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '--', '---'), word(lower)), { maxLength: 2 }),
  )
  .map(([first, rest]) => first + rest.flat().join(''));

const label = fc
  .tuple(word(lower), fc.constantFrom('', '-', '--'), word(lower))
  .map(([first, hyphens, last]) => first + hyphens + last)
  // Punycode is a grammar of its own.
  .filter((text) => !text.startsWith('xn--'));

/** Hosts that cannot be taken for a namespace: with a dot or a port, localhost, or IPv6. */
export const registryHost = fc.oneof(
  fc
    .tuple(
      fc.array(label, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('com', 'io', 'internal', 'example'),
    )
    .map(([labels, top]) => [...labels, top].join('.')),
  fc.constantFrom('localhost', '[::1]', '[2001:db8::17]', '127.0.0.1', 'ghcr.io', 'docker.io'),
  fc.constantFrom(
    'registry-vpc.cn-hangzhou.aliyuncs.com',
    'acme-registry-internal.cn-beijing.cr.aliyuncs.com',
    'crpi-0a1b2c-vpc.cn-hangzhou.personal.cr.aliyuncs.com',
  ),
);
export const port = fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`);
export const hostAndPort = fc.oneof(
  registryHost,
  fc.tuple(registryHost, port).map((parts) => parts.join('')),
);

export const tag = fc
  .tuple(
    word([...lower, ...Array.from('ABCXYZ_')], 1),
    fc.string({ unit: fc.constantFrom(...lower, ...Array.from('ABC_.-')), maxLength: 20 }),
  )
  .map(([first, rest]) => first + rest);

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdef')),
    minLength: length,
    maxLength: length,
  });
export const digest = fc.oneof(
  hex(64).map((digits) => `sha256:${digits}`),
  hex(128).map((digits) => `sha512:${digits}`),
);

/** A reference in full, and its parts. */
export const fullReference = fc
  .record({
    registry: hostAndPort.filter((host) => host !== 'docker.io'),
    repository: fc.array(pathComponent, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    tag: fc.option(tag, { nil: undefined }),
    digest: fc.option(digest, { nil: undefined }),
  })
  .map((parts) => ({ ...parts, text: referenceText(parts) }));

/** Short names of Docker Hub, too. */
export const anyReference = fc.oneof(
  fullReference.map(({ text }) => text),
  fc
    .tuple(pathComponent, fc.option(tag, { nil: '' }))
    .map(([name, suffix]) => (suffix ? `${name}:${suffix}` : name)),
);

function referenceText(parts: {
  registry: string;
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
}): string {
  const suffix = `${parts.tag === undefined ? '' : `:${parts.tag}`}${parts.digest === undefined ? '' : `@${parts.digest}`}`;
  return `${parts.registry}/${parts.repository}${suffix}`;
}

/** Names of git tags, most of which are versions. */
export const gitTag = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'v'),
      fc.nat(99),
      fc.nat(99),
      fc.nat(99),
      fc.constantFrom('', '-rc.1', '+build.5', '-a+b'),
    )
    .map(([v, major, minor, patch, rest]) => `${v}${major}.${minor}.${patch}${rest}`),
  fc.constantFrom('latest', 'release/2026', 'v1', 'vanilla', 'ünïcode', 'a@b'),
);
