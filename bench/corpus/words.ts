/** A small generator of the same numbers every time (xorshift32), so that a corpus is the same on every run. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** Bytes that do not shrink. */
export function noise(sizeBytes: number, seed = 1): Buffer {
  const next = numbers(seed);
  const bytes = Buffer.alloc(Math.ceil(sizeBytes / 4) * 4);
  for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32LE(next(), i);
  return bytes.subarray(0, sizeBytes);
}

/** Bytes that shrink about `ratio` to 1: noise, and as many zeros in between as that takes. */
export function mixture(sizeBytes: number, ratio: number, seed = 1): Buffer {
  const bytes = noise(sizeBytes, seed);
  const PERIOD = 256;
  const kept = Math.max(1, Math.floor(PERIOD / ratio));
  for (let i = 0; i + kept < sizeBytes; i += PERIOD) bytes.fill(0, i + kept, Math.min(i + PERIOD, sizeBytes));
  return bytes;
}
