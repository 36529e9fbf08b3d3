/** A smaller text does no harm once it is parsed, however dense it is. */
const SMALL_BYTES = 256 * 1024;

/** Real manifests and tables of contents have more bytes for each object or list, and for each value in them. */
const LEAST_BYTES = { container: 32, value: 8 } as const;

const [BRACE, BRACKET, COMMA, NEW_LINE] = [...Buffer.from('{[,\n')] as [number, number, number, number];

/**
 * Whether JSON (or lines of it) consists almost only of brackets and commas, so that parsing it would take fifty
 * times its size in memory. Only an attack looks like that.
 */
export function isTooDense(json: Buffer): boolean {
  if (json.length <= SMALL_BYTES) return false;
  const counts = new Uint32Array(256);
  for (const byte of json) counts[byte] = (counts[byte] ?? 0) + 1;
  const count = (byte: number): number => counts[byte] ?? 0;
  return (
    (count(BRACE) + count(BRACKET)) * LEAST_BYTES.container > json.length ||
    Math.max(count(COMMA), count(NEW_LINE)) * LEAST_BYTES.value > json.length
  );
}
