import { createHash } from 'node:crypto';
import { describeWebPage, isRecord, isWebPage, quoteForeign } from '../http/foreign-text.js';
import type { Platform } from '../images/platform.js';
import { failureOfHost } from './failures.js';
import { whatIsNoImage } from './layer-types.js';
import { RegistryError, type LayerDescriptor } from './types.js';

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** Media types of manifests and indexes, Docker's and OCI's: what a request accepts. */
export const MANIFEST_TYPES = [
  OCI_INDEX,
  'application/vnd.oci.image.manifest.v1+json',
  DOCKER_INDEX,
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/** Those of them that lead to others. */
export const INDEX_TYPES: ReadonlySet<string> = new Set([OCI_INDEX, DOCKER_INDEX]);

/**
 * Media types that the config of an image has. Docker's engine also takes the last three and the empty
 * one from registries of its early days (moby, `distribution/registry.go`, "image types").
 */
const IMAGE_CONFIG_TYPES = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  'application/octet-stream',
  'application/json',
  'text/html',
  '',
]);

/** What a person knows an artifact as, by the media type of its config. */
const KNOWN_ARTIFACTS: ReadonlyMap<string, string> = new Map([
  ['application/vnd.cncf.helm.config.v1+json', 'a Helm chart'],
  ['application/vnd.docker.plugin.v1+json', 'a Docker plugin'],
  ['application/vnd.wasm.config.v1+json', 'a WebAssembly module'],
]);

/** The config of a build cache that BuildKit exports, as a manifest or as an index (BuildKit, "Cache storage backends"). */
const BUILD_CACHE_CONFIG = 'application/vnd.buildkit.cacheconfig.v0';

export interface IndexEntry {
  readonly digest: string;
  readonly mediaType: string;
  readonly platform: Platform | undefined;
  /** Empty for images; anything else stands beside an image, e.g. a SOCI index. */
  readonly artifactType: string;
}

export interface IndexDocument {
  readonly kind: 'index';
  readonly entries: readonly IndexEntry[];
}

export interface ManifestDocument {
  readonly kind: 'manifest';
  readonly configDigest: string;
  readonly configSizeBytes: number;
  readonly layers: readonly LayerDescriptor[];
}

/** Throws RegistryError if the digest is not of an algorithm that the OCI image specification registers. */
export function digestOf(bytes: Buffer, algorithm: string): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** sha256 or sha512 with all its hexadecimal digits; anything else must not reach a URL's path. */
export function isDigest(text: unknown): text is string {
  return typeof text === 'string' && /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

/**
 * The digest of a manifest's bytes, checked against every digest that names it: the one asked for and the
 * one in the answer's header. Throws RegistryError at the first that differs.
 */
export function verifiedDigest(bytes: Buffer, claims: readonly string[]): string {
  for (const claim of claims) {
    if (!isDigest(claim)) throw badAnswer(`the digest ${quoteForeign(claim)} is neither sha256 nor sha512`);
    const actual = digestOf(bytes, algorithmOf(claim));
    if (actual !== claim) throw badAnswer(`the manifest's bytes have the digest ${actual}, not ${claim}`);
  }
  return claims[0] ?? digestOf(bytes, 'sha256');
}

function algorithmOf(digest: string): string {
  return digest.slice(0, digest.indexOf(':'));
}

/** Reads an index or an image manifest. Throws RegistryError, whatever the bytes are. */
export function parseManifest(bytes: Buffer, contentType: string): IndexDocument | ManifestDocument {
  const document = parseJson(bytes);
  const isIndex = Array.isArray(document['manifests']);
  const isManifest = Array.isArray(document['layers']);
  // One content that reads as two kinds is how CVE-2021-41190 showed one image and ran another.
  if (isIndex && isManifest) throw badAnswer('the manifest claims to be an index as well');
  assertImage(document, contentType);
  if (isIndex) return parseIndex(list(document['manifests']));
  if (isManifest) return parseImageManifest(document);
  if (isRecord(document['config'])) {
    throw notAnImage(
      `the image manifest has a config and no layers: "layers" is ${document['layers'] === undefined ? 'missing' : 'not a list'}`,
      'Build and push the image again. If it happens again, report it to the authors of the tool that builds it.',
    );
  }
  throw notAnImage('what is stored there is neither an image manifest nor an index');
}

/**
 * @param host host[:port] that sent the bytes
 * @throws RegistryError if they are a page for people
 */
export function assertNoWebPage(bytes: Buffer, host: string): void {
  const text = bytes.toString('utf8');
  if (!isWebPage(text)) return;
  throw failureOfHost('bad-answer', `${host} answers with ${describeWebPage(text)} instead of a manifest`, {
    hint: 'A proxy or a login portal most likely answers in place of the registry, or the host in the image reference is that of a web site. Check the host name and the proxy settings of the runner.',
  });
}

function parseJson(bytes: Buffer): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(bytes.toString('utf8'));
    if (isRecord(document)) return document;
  } catch {
    // Reported below: the parser's own message would repeat the content.
  }
  throw badAnswer('the manifest is not a JSON object');
}

/** Docker's first manifest format, which containerd no longer pulls. */
export function isSchema1(contentType: string): boolean {
  return contentType.startsWith('application/vnd.docker.distribution.manifest.v1+');
}

function assertImage(document: Record<string, unknown>, contentType: string): void {
  if (document['schemaVersion'] === 1 || isSchema1(contentType)) {
    throw notAnImage(
      'the registry answers with the old schema 1 format, although it was asked for the current ones',
      'Build and push the image again with a current version of docker. If that does not help, the registry converts it: update the registry.',
    );
  }
  const config = isRecord(document['config']) ? document['config'] : undefined;
  const configType = textOf(config?.['mediaType']);
  const artifactType = textOf(document['artifactType']);
  if (configType === BUILD_CACHE_CONFIG) throw buildCache();
  if (artifactType === '' && IMAGE_CONFIG_TYPES.has(configType)) return;
  const kind =
    KNOWN_ARTIFACTS.get(configType) ?? `an artifact of type ${quoteForeign(artifactType || configType)}`;
  throw notAnImage(
    `what is stored there is ${kind}, not a container image`,
    'List only container images in the input images.',
  );
}

function buildCache(): RegistryError {
  return notAnImage(
    'what is stored there is a build cache of BuildKit (cache-to), not a container image',
    'In the input images, give the tag of the image itself, not the one in cache-to.',
  );
}

/** Linux mounts no more of them over one another (fs/overlayfs, OVL_MAX_STACK), and each may cost a request. */
const MOST_LAYERS = 500;

function parseImageManifest(document: Record<string, unknown>): ManifestDocument {
  const config = parseDescriptor(document['config'], 'config');
  const layers = list(document['layers']);
  if (layers.length > MOST_LAYERS) {
    throw badAnswer(`the manifest names ${layers.length} layers, and no image can have over ${MOST_LAYERS}`);
  }
  const descriptors = layers.map((layer) => parseDescriptor(layer, 'layer'));
  const strange = whatIsNoImage(descriptors);
  if (strange !== undefined) {
    throw notAnImage(
      `what is stored there is ${strange}, not a container image: none of its layers is a file system`,
      'List only container images in the input images.',
    );
  }
  return {
    kind: 'manifest',
    configDigest: config.digest,
    configSizeBytes: config.sizeBytes,
    layers: descriptors,
  };
}

function parseDescriptor(value: unknown, role: string): LayerDescriptor {
  if (!isRecord(value)) throw badAnswer(`the manifest's ${role} is not a descriptor`);
  const { digest, size } = value;
  if (!isDigest(digest)) throw badAnswer(`the manifest's ${role} has no valid digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw badAnswer(`the manifest's ${role} ${digest} has no valid size`);
  }
  return {
    digest,
    mediaType: textOf(value['mediaType']),
    sizeBytes: size,
    annotations: strings(value['annotations']),
    urls: list(value['urls']).filter((url) => typeof url === 'string'),
  };
}

function parseIndex(manifests: readonly unknown[]): IndexDocument {
  const entries = manifests.map(parseEntry);
  if (entries.some(({ mediaType }) => mediaType === BUILD_CACHE_CONFIG)) throw buildCache();
  return { kind: 'index', entries };
}

function parseEntry(value: unknown): IndexEntry {
  if (!isRecord(value) || !isDigest(value['digest']))
    throw badAnswer('an entry of the index has no valid digest');
  return {
    digest: value['digest'],
    mediaType: textOf(value['mediaType']),
    platform: parsePlatform(value['platform']),
    artifactType: textOf(value['artifactType']),
  };
}

/** An index entry's `platform`, or the fields of the same names in an image's config. */
export function parsePlatform(value: unknown): Platform | undefined {
  if (!isRecord(value)) return undefined;
  const { os, architecture, variant } = value;
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined;
  const named = { os: quoteForeign(os), architecture: quoteForeign(architecture) };
  return typeof variant === 'string' && variant !== '' ? { ...named, variant: quoteForeign(variant) } : named;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function strings(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function notAnImage(message: string, hint?: string): RegistryError {
  return new RegistryError('not-an-image', message, { hint });
}

function badAnswer(message: string): RegistryError {
  return new RegistryError('bad-answer', message);
}
