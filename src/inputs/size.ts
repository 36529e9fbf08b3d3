import { MAX_CACHE_SIZE_GIB, MIN_CACHE_SIZE_GIB } from '../cache/sizes.js';
import { refuse } from './refuse.js';
import { unitHint, wholeNumber } from './values.js';

/**
 * `auto`, or a size in GiB. A size below the smallest cache is raised to it, with a warning: the service
 * would raise it silently.
 */
export function parseCacheSize(text: string, warn: (message: string) => void): number | 'auto' {
  if (text.toLowerCase() === 'auto') return 'auto';
  const sizeGiB = wholeNumber(text);
  if (!(sizeGiB >= 1 && sizeGiB <= MAX_CACHE_SIZE_GIB)) {
    refuse(
      text,
      `allowed is auto, or a whole number of GiB from ${MIN_CACHE_SIZE_GIB} to ${MAX_CACHE_SIZE_GIB}`,
      unitHint(text),
    );
  }
  if (sizeGiB >= MIN_CACHE_SIZE_GIB) return sizeGiB;
  warn(
    `image-cache-size: ${sizeGiB} GiB is raised to ${MIN_CACHE_SIZE_GIB} GiB, the smallest cache that the service makes.`,
  );
  return MIN_CACHE_SIZE_GIB;
}
