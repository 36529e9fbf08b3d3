import type { ReleaseContext } from '../context.js';
import { floatingTag } from '../images/floating-tag.js';
import { parseReference } from '../images/reference.js';
import type { Inputs } from '../inputs/types.js';
import type { RunDeps } from './deps.js';

const FULL_VERSION = /\d+\.\d+\.\d+/;

const WORDS = {
  latest: 'latest',
  none: 'no tag, which means latest',
  major: 'a major version',
  minor: 'a minor version',
} as const;

/**
 * Why an image's tag is likely to move, in words; undefined if it is not. A major or minor version alone moves if the
 * release has a full one.
 */
export function movingTag(image: string, hasFullVersion: boolean): string | undefined {
  const floating = floatingTag(image);
  if (floating === undefined) return undefined;
  return floating === 'latest' || floating === 'none' || hasFullVersion ? WORDS[floating] : undefined;
}

/** Whether the release goes by a full version: its tag, or a tag among the images of the input. */
export function hasFullVersion({ images }: Pick<Inputs, 'images'>, { tag }: ReleaseContext): boolean {
  if (tag.known && FULL_VERSION.test(tag.name)) return true;
  return images.some((image) => FULL_VERSION.test(parseReference(image).tag ?? ''));
}

/** A cache holds what a tag pointed to when it was built, and nothing reports that the tag has moved. */
export function warnOfMovingTags(
  inputs: Pick<Inputs, 'images' | 'releaseImages'>,
  context: ReleaseContext,
  { log, note }: RunDeps,
): void {
  const isFull = hasFullVersion(inputs, context);
  const movingTags = inputs.releaseImages.flatMap(({ cachedReference }) => {
    const why = movingTag(cachedReference, isFull);
    return why === undefined ? [] : [`${cachedReference} (${why})`];
  });
  if (movingTags.length === 0) return;
  note({ movingTags });
  log.warning(
    `These tags move: ${movingTags.join(', ')}. When one of them moves, the cache becomes stale without an error: instances keep starting with the old content. Deploy a full version or a digest.`,
  );
}
