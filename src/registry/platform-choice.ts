import { formatPlatform, type Platform } from '../images/platform.js';

/** Names that `uname` and older builders use, as containerd normalises them. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm',
  i386: '386',
};

/** The variant that an architecture has where none is named, as containerd normalises it. */
const DEFAULT_VARIANTS: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8', arm: 'v7' };

/** An index entry as far as the choice needs it. */
export interface PlatformEntry {
  readonly platform: Platform | undefined;
}

/**
 * The entry for the platform asked for, the first of several equal ones. Where no variant is asked for and
 * the default one is not there, the lowest variant is next best: every newer processor runs it. An entry
 * without a platform (the OCI image index makes it optional) is taken only when it is the only one.
 */
export function choosePlatform<T extends PlatformEntry>(
  entries: readonly T[],
  asked: Platform,
): T | undefined {
  const images = entries.filter(({ platform }) => !isAttestation(platform));
  const wanted = normalise(asked);
  const candidates = images.filter(({ platform }) => {
    if (platform === undefined) return false;
    const { os, architecture } = normalise(platform);
    return os === wanted.os && architecture === wanted.architecture;
  });
  const exact = candidates.find((entry) => variantOf(entry) === wanted.variant);
  if (exact !== undefined) return exact;
  if (asked.variant === undefined && candidates.length > 0) return lowestVariant(candidates);
  return images.length === 1 && images[0]?.platform === undefined ? images[0] : undefined;
}

/** The platforms in an index, for an error message; attestations left out. */
export function listPlatforms(entries: readonly PlatformEntry[]): string {
  const names = entries
    .map(({ platform }) => platform)
    .filter((platform) => platform !== undefined)
    .filter((platform) => !isAttestation(platform))
    .map(formatPlatform);
  return [...new Set(names)].join(', ') || 'none';
}

/** BuildKit stores attestations as index entries for the platform unknown/unknown. */
function isAttestation(platform: Platform | undefined): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

function normalise(platform: Platform): Platform {
  const named = platform.architecture.toLowerCase();
  const architecture = ARCHITECTURES[named] ?? named;
  const variant = platform.variant?.toLowerCase().replace(/^(?=\d)/, 'v') ?? DEFAULT_VARIANTS[architecture];
  return { os: platform.os.toLowerCase(), architecture, ...(variant === undefined ? {} : { variant }) };
}

function variantOf({ platform }: PlatformEntry): string | undefined {
  return platform === undefined ? undefined : normalise(platform).variant;
}

function lowestVariant<T extends PlatformEntry>(candidates: readonly T[]): T | undefined {
  return candidates.toSorted((a, b) =>
    (variantOf(a) ?? '').localeCompare(variantOf(b) ?? '', 'en', { numeric: true }),
  )[0];
}
