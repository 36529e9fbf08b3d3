import type { ImageReference } from '../images/reference.js';
import type { Access } from './access.js';
import { readAtMost, type Answer } from './exchange.js';
import { NetworkError, TimeLimitError, unreachable } from './failures.js';
import { describeErrorBody, quoteRemote } from './remote-text.js';
import { LARGEST_ERROR_BODY_BYTES } from './retries.js';
import type { Transport } from './transport.js';
import { RegistryError, type BlobReader, type LayerDescriptor } from './types.js';

/** A stream may take its time, but not for ever: a minute, and a second for every MiB; an hour at most. */
const STREAM_BASE_MS = 60_000;
const STREAM_BYTES_PER_MS = 1024 * 1.024;
const LONGEST_STREAM_MS = 3_600_000;
/** A foreign layer's manifest could name any number of places to ask. */
const MOST_FOREIGN_URLS = 3;

interface BlobRequest {
  readonly label: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly limitMs?: number | undefined;
}

type Send = <T>(request: BlobRequest, read: (answer: Answer) => Promise<T>) => Promise<T>;

/** Reads layers of the image's repository. `throwIfAborted` rethrows the reason of the run's signal. */
export function createBlobReader(
  image: ImageReference,
  access: Access,
  transport: Transport,
  throwIfAborted: () => void,
): BlobReader {
  const ask = async <T>(
    layer: LayerDescriptor,
    request: Omit<BlobRequest, 'label'>,
    read: (answer: Answer) => Promise<T>,
  ): Promise<T> => {
    const label = `layer ${layer.digest}`;
    try {
      return await firstOf(placesOf(layer, image, access, transport), { ...request, label }, read);
    } catch (error) {
      throw error instanceof RegistryError ? error.within(label) : error;
    }
  };
  /** Resolves when the body can be read; the request counts as under way, and its time runs, until it is hung up on. */
  const open = (layer: LayerDescriptor, fromByte: number): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const limitMs = Math.min(STREAM_BASE_MS + layer.sizeBytes / STREAM_BYTES_PER_MS, LONGEST_STREAM_MS);
      const hold = (answer: Answer): Promise<void> =>
        assertOk(answer).then(
          () =>
            new Promise((release) => {
              resolve({ ...answer, hangUp: release });
            }),
        );
      const headers: Record<string, string> = fromByte === 0 ? {} : { range: `bytes=${fromByte}-` };
      ask(layer, { headers, limitMs }, hold).catch(reject);
    });
  return {
    range: (layer, start, end) =>
      ask(layer, { headers: { range: `bytes=${start}-${end}` } }, (answer) =>
        readRange(answer, layer, start, end),
      ),

    stream: (layer) => streamOf(layer, open, transport, throwIfAborted),
  };
}

/** Goes on where the line was cut. A server that fell silent has had its time already. */
async function* streamOf(
  layer: LayerDescriptor,
  open: (layer: LayerDescriptor, fromByte: number) => Promise<Answer>,
  transport: Transport,
  throwIfAborted: () => void,
): AsyncGenerator<Buffer> {
  const label = `layer ${layer.digest}`;
  let sizeBytes = 0;
  for (let attempt = 1; ; attempt++) {
    const answer = await open(layer, sizeBytes);
    try {
      for await (const chunk of bytesFrom(sizeBytes, answer, layer)) {
        sizeBytes += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      // Others may use its place while this one pauses.
      answer.hangUp();
      throwIfAborted();
      if (sizeBytes === layer.sizeBytes) return;
      const { host } = answer.url;
      const isCut = error instanceof NetworkError && !(error instanceof TimeLimitError);
      const goesOn = isCut && (await transport.pauseAfter(error, attempt, `${host}, ${label}`));
      if (!goesOn) throw unreachable(host, error, attempt).within(label);
    } finally {
      answer.hangUp();
    }
  }
}

/** Where a layer may be had. */
interface Places {
  readonly foreign: readonly Send[];
  readonly registry: Send;
}

/**
 * In the order in which containerd asks: foreign layers (OCI image specification, descriptor `urls`) at their own
 * places first, without our login, and everything in the registry.
 */
function placesOf(
  layer: LayerDescriptor,
  image: ImageReference,
  access: Access,
  transport: Transport,
): Places {
  const isAllowed = (url: URL): boolean =>
    url.protocol === 'https:' || (url.protocol === 'http:' && transport.trust.allowsPlainHttp(url));
  const foreign = layer.urls
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url))
    .filter(isAllowed)
    .slice(0, MOST_FOREIGN_URLS)
    .map(
      (url): Send =>
        (request, read) =>
          transport.fetch({ ...request, url }, read),
    );
  const { registry, repository } = image;
  const path = `blobs/${layer.digest}`;
  return {
    foreign,
    registry: (request, read) => access.fetch({ ...request, registry, repository, path }, read),
  };
}

async function firstOf<T>(
  { foreign, registry }: Places,
  request: BlobRequest,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  for (const place of foreign) {
    try {
      return await place(request, read);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
    }
  }
  return await registry(request, read);
}

async function readRange(
  answer: Answer,
  layer: LayerDescriptor,
  start: number,
  end: number,
): Promise<Buffer | undefined> {
  // Serving ranges is only a SHOULD (OCI distribution specification, "Pulling blobs").
  if (answer.status === 200) return undefined;
  await assertOk(answer);
  const expected = `bytes ${start}-${end}/`;
  const range = answer.headers['content-range'] ?? '';
  if (range !== `${expected}${layer.sizeBytes}` && range !== `${expected}*`) {
    throw new RegistryError(
      'bad-answer',
      `asked for ${expected}${layer.sizeBytes}, got ${quoteRemote(range)}`,
    );
  }
  const length = end - start + 1;
  const bytes = await readAtMost(answer, length);
  if (bytes?.length === length) return bytes;
  throw new RegistryError('bad-answer', `asked for ${length} bytes, got ${bytes?.length ?? 'more'}`);
}

async function assertOk(answer: Answer): Promise<void> {
  if (answer.status === 200 || answer.status === 206) return;
  const body = await readAtMost(answer, LARGEST_ERROR_BODY_BYTES);
  const detail = describeErrorBody(body?.toString('utf8') ?? '');
  const reason = answer.status === 404 ? 'not-found' : 'bad-answer';
  throw new RegistryError(
    reason,
    `${answer.url.host} answers HTTP ${answer.status}${detail && `: ${detail}`}`,
  );
}

/** The layer's bytes after the first `fromByte`, which a registry that serves no ranges sends once more. */
async function* bytesFrom(fromByte: number, answer: Answer, layer: LayerDescriptor): AsyncGenerator<Buffer> {
  const range = answer.headers['content-range'] ?? '';
  if (fromByte > 0 && answer.status === 206 && !range.startsWith(`bytes ${fromByte}-`)) {
    throw new RegistryError('bad-answer', `asked for bytes ${fromByte}-, got ${quoteRemote(range)}`);
  }
  let sizeBytes = answer.status === 206 ? fromByte : 0;
  for await (const chunk of answer.body) {
    const known = Math.min(Math.max(fromByte - sizeBytes, 0), chunk.length);
    sizeBytes += chunk.length;
    if (sizeBytes > layer.sizeBytes) break;
    if (known < chunk.length) yield chunk.subarray(known);
  }
  if (sizeBytes === layer.sizeBytes) return;
  const got = sizeBytes > layer.sizeBytes ? 'more' : `${sizeBytes}`;
  throw new RegistryError(
    'bad-answer',
    `the manifest says ${layer.sizeBytes} bytes, the registry sends ${got}`,
  );
}
