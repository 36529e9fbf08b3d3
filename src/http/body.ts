import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { HttpResponse } from './types.js';

/** Enough for any error text. */
const LARGEST_ERROR_BODY_BYTES = 64 * 1024;

/** The body's bytes, unchanged; undefined, and the connection closed, if they exceed the limit. */
export async function readAtMost(response: HttpResponse, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * A document without the coding that it was sent in (RFC 9110, section 8.4): some servers compress although the
 * request asks them not to. Undefined if it is larger than the limit, or its coding is broken or unknown.
 */
export async function readDocument(response: HttpResponse, limitBytes: number): Promise<Buffer | undefined> {
  let bytes = await readAtMost(response, limitBytes);
  for (const coding of codingsOf(response)) {
    const decode = DECODERS.get(coding);
    // An answer without a body has an empty Buffer, whatever its headers say.
    if (bytes === undefined || bytes.length === 0) return bytes;
    bytes = await decode?.(bytes, { maxOutputLength: limitBytes }).catch(() => undefined);
  }
  return bytes;
}

/** The last one applied comes first. */
function codingsOf({ headers }: HttpResponse): string[] {
  const codings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
  return codings
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .reverse()
    .slice(0, 2);
}

/** The text of an error answer; empty if it is too long to be one. */
export async function readErrorText(response: HttpResponse): Promise<string> {
  return (await readDocument(response, LARGEST_ERROR_BODY_BYTES))?.toString('utf8') ?? '';
}
