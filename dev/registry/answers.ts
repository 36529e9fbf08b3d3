import type { Blob } from './content.js';
import { sha256 } from './content.js';
import type { StoredManifest } from './store.js';

/** An answer before faults are applied to it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Buffer> | Iterable<Buffer>;
}

export function jsonReply(status: number, document: unknown, headers: Record<string, string> = {}): Reply {
  const body = Buffer.from(JSON.stringify(document));
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...headers },
    body: [body],
  };
}

/** An error as the OCI distribution specification writes it. */
export function errorReply(status: number, code: string, headers: Record<string, string> = {}): Reply {
  const message = code.toLowerCase().replaceAll('_', ' ');
  return jsonReply(status, { errors: [{ code, message }] }, headers);
}

export function manifestReply(manifest: StoredManifest | undefined): Reply {
  if (manifest === undefined) return errorReply(404, 'MANIFEST_UNKNOWN');
  const { bytes, mediaType } = manifest;
  return {
    status: 200,
    headers: {
      'content-type': mediaType,
      'content-length': String(bytes.length),
      'docker-content-digest': sha256(bytes),
    },
    body: [bytes],
  };
}

/** A blob, or the piece of it that a Range header asks for (RFC 9110, section 14.1.2: the end may be left out). */
export function blobReply(blob: Blob | undefined, range: string | undefined): Reply {
  if (blob === undefined) return errorReply(404, 'BLOB_UNKNOWN');
  const { sizeBytes } = blob;
  const last = sizeBytes - 1;
  const common = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
  const [, first, end] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined) {
    const headers = { ...common, 'content-length': String(sizeBytes) };
    return { status: 200, headers, body: sizeBytes === 0 ? [] : blob.read(0, last) };
  }
  const [from, to] = [Number(first), end ? Math.min(Number(end), last) : last];
  if (from > to) {
    return errorReply(416, 'RANGE_INVALID', { 'content-range': `bytes */${String(sizeBytes)}` });
  }
  return {
    status: 206,
    headers: {
      ...common,
      'content-length': String(to - from + 1),
      'content-range': `bytes ${String(from)}-${String(to)}/${String(sizeBytes)}`,
    },
    body: blob.read(from, to),
  };
}

/** One page of tags, with a Link to the next (OCI distribution specification, "Listing Tags"). */
export function tagsReply(repository: string, tags: readonly string[] | undefined, query: string): Reply {
  if (tags === undefined) return errorReply(404, 'NAME_UNKNOWN');
  const parameters = new URLSearchParams(query);
  const last = parameters.get('last') ?? '';
  const n = Number(parameters.get('n') ?? tags.length);
  const rest = tags.filter((tag) => tag > last);
  const page = rest.slice(0, n);
  const next = new URLSearchParams({ n: String(n), last: page.at(-1) ?? '' }).toString();
  const link = `</v2/${repository}/tags/list?${next}>; rel="next"`;
  return jsonReply(200, { name: repository, tags: page }, rest.length > n ? { link } : {});
}
