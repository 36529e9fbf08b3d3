import { parseReference } from './reference.js';

/** Whether an image's tag usually moves from one content to the next. With a digest, it does not. */
export function floatingTag(text: string): 'latest' | 'none' | 'major' | 'minor' | undefined {
  const { tag, digest } = parseReference(text);
  if (digest !== undefined) return undefined;
  if (tag === undefined) return 'none';
  if (tag === 'latest') return 'latest';
  if (/^v?\d+$/.test(tag)) return 'major';
  return /^v?\d+\.\d+$/.test(tag) ? 'minor' : undefined;
}
