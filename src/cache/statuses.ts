/** What a cache's status means to us. The statuses are those of DescribeImageCaches. */
export type Standing =
  /** Usable now. */
  | 'ready'
  /** On its way; also every status that we don't know: keep polling. */
  | 'in-progress'
  /** Will never be usable. */
  | 'failed';

const STANDINGS: Readonly<Record<string, Standing>> = {
  Preparing: 'in-progress',
  Creating: 'in-progress',
  Updating: 'in-progress',
  Ready: 'ready',
  Failed: 'failed',
  UpdateFailed: 'failed',
};

export function standingOf(status: string): Standing {
  return Object.hasOwn(STANDINGS, status) ? (STANDINGS[status] ?? 'in-progress') : 'in-progress';
}

export function isKnownStatus(status: string): boolean {
  return Object.hasOwn(STANDINGS, status);
}
