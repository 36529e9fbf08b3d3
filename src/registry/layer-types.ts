import { quoteForeign } from '../http/foreign-text.js';
import type { LayerDescriptor } from './types.js';

/** Names for things that have the config of an image and are none, by the type of their layers. */
const KNOWN_LAYERS: ReadonlyMap<string, string> = new Map([
  ['application/vnd.dev.cosign.simplesigning.v1+json', 'a cosign signature'],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', 'a sigstore bundle'],
  ['application/vnd.dsse.envelope.v1+json', 'an attestation'],
  ['application/vnd.in-toto+json', 'an attestation'],
  ['text/spdx', 'a bill of materials'],
  ['text/spdx+json', 'a bill of materials'],
  ['application/spdx+json', 'a bill of materials'],
  ['application/vnd.cyclonedx+json', 'a bill of materials'],
  ['application/vnd.syft+json', 'a bill of materials'],
]);

/**
 * What a manifest's layers are where none of them is a file system; undefined for an image. Signatures, attestations
 * and the like are stored with the config type of an image, under tags such as `sha256-….sig` (sigstore/cosign,
 * specs/SIGNATURE_SPEC.md).
 */
export function whatIsNoImage(layers: readonly LayerDescriptor[]): string | undefined {
  const [first] = layers;
  if (first === undefined || layers.some(isFileSystemLayer)) return undefined;
  return KNOWN_LAYERS.get(first.mediaType) ?? `layers of type ${quoteForeign(first.mediaType)}`;
}

/**
 * Whether a layer may be unpacked into a file system: by its media type, OCI's and Docker's own or another one that
 * says tar; a type that says nothing does not speak against it.
 */
function isFileSystemLayer({ mediaType }: LayerDescriptor): boolean {
  return (
    /^application\/vnd\.(oci\.image\.layer|docker\.image\.rootfs)\./.test(mediaType) ||
    /(^|[^a-z])(g?tar|tgz)([^a-z]|$)/.test(mediaType) ||
    ['', 'application/octet-stream', 'application/gzip', 'application/x-gzip', 'application/zstd'].includes(
      mediaType,
    )
  );
}
