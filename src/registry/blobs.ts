import { readAtMost } from '../http/body.js';
import { NetworkError } from '../http/failures.js';
import type { ImageReference } from '../images/reference.js';
import type { Access } from './access.js';
import { unexpectedStatus, unreachable } from './failures.js';
import type { Transport } from './transport.js';
import type { Answer } from './types.js';
import { RegistryError, type BlobReader, type LayerDescriptor } from './types.js';

/** A stream may take its time, but not for ever: a minute, and a second for every MiB; an hour at most. */
const STREAM_BASE_MS = 60_000;
const STREAM_BYTES_PER_MS = 1024 * 1.024;
const LONGEST_STREAM_MS = 3_600_000;

const HINT = 'Run the job again. If it happens again, push the image again, or set image-cache-size.';

/** Of one layer. */
const MOST_FOREIGN_URLS = 3;

/** The hosts of foreign layers: a manifest could name any number of hosts, and make us contact them all. */
export class ForeignHosts {
  private static readonly MOST = 4;
  private readonly hosts = new Set<string>();

  /** Whether this host is one of the few that a run asks. */
  admits({ host }: URL): boolean {
    if (this.hosts.size < ForeignHosts.MOST) this.hosts.add(host);
    return this.hosts.has(host);
  }
}

export interface BlobTools {
  readonly access: Access;
  readonly transport: Transport;
  readonly foreignHosts: ForeignHosts;
  /** Throws the reason of the run's signal where it has aborted. */
  readonly throwIfAborted: () => void;
}

interface RequestOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly limitMs?: number | undefined;
}

type Ask = <T>(
  layer: LayerDescriptor,
  request: RequestOptions,
  read: (answer: Answer) => Promise<T>,
) => Promise<T>;

/** Reads layers of the image's repository. */
export function createBlobReader(image: ImageReference, tools: BlobTools): BlobReader {
  const ask: Ask = async (layer, request, read) => {
    try {
      return await askEverywhere(image, tools, layer, request, read);
    } catch (error) {
      throw error instanceof RegistryError ? error.within(labelOf(layer)) : error;
    }
  };
  return {
    range: (layer, start, end) =>
      ask(layer, { headers: { range: `bytes=${start}-${end}` } }, (answer) =>
        readRange(answer, layer, start, end),
      ),
    stream: (layer) => streamOf(layer, ask, tools),
  };
}

function labelOf({ digest }: LayerDescriptor): string {
  return `layer ${digest}`;
}

/**
 * In the order in which containerd asks: foreign layers (OCI image specification, descriptor `urls`) at their own
 * places first, without our login, and everything in the registry.
 */
async function askEverywhere<T>(
  { registry, repository }: ImageReference,
  { access, transport, foreignHosts }: BlobTools,
  layer: LayerDescriptor,
  request: RequestOptions,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const label = labelOf(layer);
  const places = layer.urls
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url))
    .filter((url) => transport.trust.mayVisit(url));
  for (const url of places.slice(0, MOST_FOREIGN_URLS)) {
    if (!foreignHosts.admits(url)) continue;
    try {
      // The connection cannot be used for anything else.
      const headers = { ...request.headers, connection: 'close' };
      return await transport.fetch({ ...request, label, url, headers, isForeign: true }, read);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
    }
  }
  return await access.fetch({ ...request, label, registry, repository, path: `blobs/${layer.digest}` }, read);
}

/** Serving ranges is only a SHOULD (OCI distribution specification, "Pulling blobs"), and proxies get them wrong. */
async function readRange(
  answer: Answer,
  { sizeBytes }: LayerDescriptor,
  start: number,
  end: number,
): Promise<Buffer | undefined> {
  if (isRefusal(answer)) throw await unexpectedStatus(answer);
  const range = answer.headers['content-range'] ?? '';
  const expected = `bytes ${start}-${end}/`;
  const isRange = range === `${expected}${sizeBytes}` || range === `${expected}*`;
  if (answer.status !== 206 || !isRange) return undefined;
  const bytes = await readAtMost(answer, end - start + 1);
  return bytes?.length === end - start + 1 ? bytes : undefined;
}

/** These statuses are about the layer as a whole; another 4xx may be about the range. */
function isRefusal({ status }: Answer): boolean {
  return [401, 403, 404, 410, 451].includes(status);
}

/** Goes on where the body was cut off. A server that fell silent has had its time already. */
async function* streamOf(
  layer: LayerDescriptor,
  ask: Ask,
  { transport, throwIfAborted }: BlobTools,
): AsyncGenerator<Buffer> {
  let retries: ReturnType<Transport['retriesOf']> | undefined;
  let sentBytes = 0;
  let servesRanges = true;
  for (;;) {
    const answer = await open(layer, servesRanges ? sentBytes : 0, ask);
    const startByte = firstByteOf(answer, layer);
    try {
      // What it sent is not what was asked for, so it is asked for everything once.
      if (startByte === undefined || startByte > sentBytes) {
        servesRanges = false;
        continue;
      }
      for await (const chunk of bytesAfter(sentBytes, startByte, answer, layer)) {
        sentBytes += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      // Other requests may use its slot during the pause.
      answer.hangUp();
      throwIfAborted();
      if (sentBytes === layer.sizeBytes) return;
      const { host } = answer.asked;
      retries ??= transport.retriesOf(host, labelOf(layer));
      const isCut = error instanceof NetworkError && error.failure === 'dropped';
      if (isCut && (await retries.pauseAfter(error))) continue;
      const failure = unreachable(host, error, Math.max(retries.failed, 1));
      throw failure instanceof RegistryError ? failure.within(labelOf(layer)) : failure;
    } finally {
      answer.hangUp();
    }
  }
}

/** Resolves when the body can be read; the request counts as under way, and its time runs, until it is hung up on. */
function open(layer: LayerDescriptor, fromByte: number, ask: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const limitMs = Math.min(STREAM_BASE_MS + layer.sizeBytes / STREAM_BYTES_PER_MS, LONGEST_STREAM_MS);
    const headers: Record<string, string> = fromByte === 0 ? {} : { range: `bytes=${fromByte}-` };
    const hold = async (answer: Answer): Promise<void> => {
      const isOdd = firstByteOf(answer, layer) === undefined;
      if (isRefusal(answer) || (isOdd && fromByte === 0)) throw await notTheLayer(answer);
      await new Promise<void>((release) => {
        resolve({ ...answer, hangUp: release });
      });
    };
    ask(layer, { headers, limitMs }, hold).catch(reject);
  });
}

/** Where in the layer the body begins; undefined if it is not part of the layer. */
function firstByteOf({ status, headers }: Answer, { sizeBytes }: LayerDescriptor): number | undefined {
  if (status === 200) return 0;
  if (status !== 206) return undefined;
  const [, start] = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  if (start !== undefined) return Number(start);
  return headers['content-length'] === String(sizeBytes) ? 0 : undefined;
}

async function notTheLayer(answer: Answer): Promise<RegistryError> {
  const { reason, message } = await unexpectedStatus(answer);
  return new RegistryError(reason, message, { hint: HINT });
}

/** The layer's bytes behind the first `sentBytes`, of a body that begins at `startByte`. */
async function* bytesAfter(
  sentBytes: number,
  startByte: number,
  answer: Answer,
  layer: LayerDescriptor,
): AsyncGenerator<Buffer> {
  let position = startByte;
  for await (const chunk of answer.body) {
    const known = Math.min(Math.max(sentBytes - position, 0), chunk.length);
    position += chunk.length;
    if (position > layer.sizeBytes) break;
    if (known < chunk.length) yield chunk.subarray(known);
  }
  if (position === layer.sizeBytes) return;
  const got = position > layer.sizeBytes ? 'more' : `${position}`;
  throw new RegistryError(
    'bad-answer',
    `the manifest says ${layer.sizeBytes} bytes, the registry sends ${got}`,
    { hint: HINT },
  );
}
