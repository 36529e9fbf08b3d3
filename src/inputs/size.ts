import { refuse } from './refuse.js';
import { unitHint, wholeNumber } from './values.js';

const SMALLEST_GIB = 20;
const LARGEST_GIB = 32_768;

/**
 * `auto`, or a size in GiB. A size below the smallest cache is raised to it, with a warning: the service
 * would raise it silently.
 */
export function parseCacheSize(text: string, warn: (message: string) => void): number | 'auto' {
  if (text.toLowerCase() === 'auto') return 'auto';
  const sizeGiB = wholeNumber(text);
  if (!(sizeGiB >= 1 && sizeGiB <= LARGEST_GIB)) {
    refuse(
      text,
      `allowed is auto, or a whole number of GiB from ${SMALLEST_GIB} to ${LARGEST_GIB}`,
      unitHint(text),
    );
  }
  if (sizeGiB >= SMALLEST_GIB) return sizeGiB;
  warn(
    `image-cache-size: ${sizeGiB} GiB is raised to ${SMALLEST_GIB} GiB, the smallest cache that the service makes.`,
  );
  return SMALLEST_GIB;
}
