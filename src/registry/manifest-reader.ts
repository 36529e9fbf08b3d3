import type { ImageReference } from '../images/reference.js';
import type { Access } from './access.js';
import { readAtMost, type Answer } from './exchange.js';
import {
  isSchema1,
  MANIFEST_TYPES,
  parseManifest,
  verifiedDigest,
  type IndexDocument,
  type ManifestDocument,
} from './manifest.js';
import { describeErrorBody, quoteRemote } from './remote-text.js';
import { LARGEST_ERROR_BODY_BYTES } from './retries.js';
import { RegistryError } from './types.js';

/** The OCI distribution specification has registries take manifests of 4 MiB at least: nothing is larger. */
const LARGEST_MANIFEST_BYTES = 4 * 1024 * 1024;

export interface ReadManifest {
  /** Verified over the bytes received. */
  readonly digest: string;
  readonly document: IndexDocument | ManifestDocument;
}

/** Reads the manifest or index that `reference`, a tag or digest, names in the image's repository. */
export type ManifestReader = (image: ImageReference, reference: string) => Promise<ReadManifest>;

/** What is asked for by digest is read once, since two tags often lead to one manifest. */
export function createManifestReader(access: Access): ManifestReader {
  const byDigest = new Map<string, Promise<ReadManifest>>();
  return async (image, reference) => {
    const { registry, repository } = image;
    const read = (): Promise<ReadManifest> =>
      access.fetch(
        {
          label: `manifest ${reference} of ${repository}`,
          registry,
          repository,
          path: `manifests/${reference}`,
          headers: { accept: MANIFEST_TYPES.join(', ') },
        },
        (answer) => readManifest(answer, reference),
      );
    // A tag is no digest: it may be moved at any moment.
    if (!reference.includes(':')) return await read();
    const key = `${registry}/${repository}@${reference}`;
    const manifest = byDigest.get(key) ?? read();
    byDigest.set(key, manifest);
    return await manifest;
  };
}

async function readManifest(answer: Answer, reference: string): Promise<ReadManifest> {
  await assertFound(answer, reference);
  const bytes = await readAtMost(answer, LARGEST_MANIFEST_BYTES);
  if (bytes === undefined) {
    throw new RegistryError('bad-answer', `the manifest ${reference} is larger than 4 MiB`);
  }
  const contentType = answer.headers['content-type'] ?? '';
  const header = answer.headers['docker-content-digest'];
  const claims = [reference.includes(':') ? reference : undefined, String(header ?? '')].filter(
    (claim): claim is string => claim !== undefined && claim !== '',
  );
  // The digest of a signed schema 1 manifest leaves its signatures out, so it would only seem wrong.
  const digest = verifiedDigest(bytes, isSchema1(contentType) ? [] : claims);
  return { digest, document: parseManifest(bytes, contentType) };
}

async function assertFound(answer: Answer, reference: string): Promise<void> {
  if (answer.status === 200) return;
  const body = await readAtMost(answer, LARGEST_ERROR_BODY_BYTES);
  const detail = describeErrorBody(body?.toString('utf8') ?? '');
  if (answer.status === 404)
    throw new RegistryError('not-found', `there is no manifest ${quoteRemote(reference)}`);
  throw new RegistryError(
    'bad-answer',
    `${answer.url.host} answers HTTP ${answer.status}${detail && `: ${detail}`}`,
  );
}
