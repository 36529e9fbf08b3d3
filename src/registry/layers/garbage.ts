import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Between two collections, no more than this is unpacked. */
const PIECE_BYTES = 8 * 2 ** 20;

let collect: ((options: { type: 'minor' }) => void) | undefined;

/**
 * Unpacking leaves buffers behind that die at once, but live outside of V8's heap: it would let 64 MiB and more
 * of them pile up before it looks. A collection of the young ones takes less than a millisecond.
 *
 * @returns to be told of each piece that was unpacked
 */
export function sweeper(): (sizeBytes: number) => void {
  let sinceBytes = 0;
  return (sizeBytes) => {
    sinceBytes += sizeBytes;
    if (sinceBytes < PIECE_BYTES) return;
    sinceBytes = 0;
    collect ??= exposeCollector();
    collect({ type: 'minor' });
  };
}

/** Node has no other way to its collector after the process has started. */
function exposeCollector(): NonNullable<typeof collect> {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as NonNullable<typeof collect>;
}
