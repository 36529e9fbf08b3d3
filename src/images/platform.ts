import { ActionError } from '../errors.js';
import { quote } from './quote.js';

/** A platform in the sense of the OCI image index specification, e.g. linux/arm64/v8. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const PART = /^[a-z0-9][a-z0-9_.-]*$/;

/** `os/architecture[/variant]`, as `docker buildx` writes it. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

/**
 * Reads `os/architecture[/variant]`. Capitals are lowered: the image index specification takes its names
 * from Go's GOOS and GOARCH, which have none.
 * @throws ActionError that quotes the text
 */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split('/');
  const [os, architecture, variant] = parts;
  if (
    os === undefined ||
    architecture === undefined ||
    parts.length > 3 ||
    !parts.every((p) => PART.test(p))
  ) {
    throw new ActionError(`${quote(text)} is not a platform`, {
      hint: 'Write os/architecture or os/architecture/variant, e.g. linux/amd64 or linux/arm64/v8.',
    });
  }
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
