import { createHash } from 'node:crypto';

import type { InspectedImage, LayerDescriptor } from '../registry/types.js';
import type { LayerMeasure, SizeSource } from './types.js';

/** Bytes of an image, or of all together. */
export interface Sizes {
  /** Layers as they are stored, and the config. */
  readonly compressedSizeBytes: number;
  /** Tars of all layers. */
  readonly unpackedSizeBytes: number;
  /** Of the unpacked bytes, those by which estimates were raised over what is likely. */
  readonly estimateSizeBytes: number;
  /** Of those, the bytes of layers of which only their format's bound is known. */
  readonly boundSizeBytes: number;
}

/** What all images take together. */
export interface Totals extends Sizes {
  /** Files, directories and links of all layers, as far as they were counted or estimated. */
  readonly inodes: number;
}

/** One image, and how its size was determined. */
export interface ImageSize extends Sizes {
  /** As it is cached. */
  readonly reference: string;
  /** Of its unpacked bytes, those that an earlier image on the list brings already. */
  readonly sharedSizeBytes: number;
  /** How many layers were measured in which way. */
  readonly sources: Readonly<Partial<Record<SizeSource, number>>>;
  /** Each names image, layer and reason; a layer that several images have is named with the first. */
  readonly warnings: readonly string[];
  /** The same for layers of which only a bound is known. */
  readonly unknown: readonly string[];
}

/** By digest. */
export type Measures = ReadonlyMap<string, LayerMeasure>;

/** Adds layers up, images in their order: unpacked bytes and inodes once for each chain, compressed ones for each digest. */
export function addUp(
  images: readonly InspectedImage[],
  measures: Measures,
): { images: ImageSize[]; totals: Sizes; chains: readonly LayerDescriptor[] } {
  const blobs = new Map<string, number>();
  const chains = new Map<string, LayerDescriptor>();
  const told = new Set<string>();
  const sizes = images.map((image): ImageSize => {
    let chain = '';
    let shared = 0;
    for (const layer of image.layers) {
      chain = chainOf(chain, layer.digest);
      if (chains.has(chain)) shared += measureOf(layer, measures).unpackedSizeBytes;
      chains.set(chain, layer);
    }
    const own = blobsOf(image);
    for (const [digest, sizeBytes] of own) blobs.set(digest, sizeBytes);
    const found = image.layers.map((layer) => measureOf(layer, measures));
    const news = newsOf(image, measures, told);
    return {
      reference: image.image.cachedReference,
      compressedSizeBytes: sum([...own.values()]),
      ...unpackedSizes(found),
      sharedSizeBytes: shared,
      sources: countSources(found),
      ...news,
    };
  });
  const distinct = [...chains.values()];
  const found = distinct.map((layer) => measureOf(layer, measures));
  const totals = { compressedSizeBytes: sum([...blobs.values()]), ...unpackedSizes(found) };
  return { images: sizes, totals, chains: distinct };
}

/**
 * What a layer is unpacked onto is part of what it is: containerd keeps a snapshot for each chain of layers
 * from the base on (OCI image specification, config.md, "Layer ChainID").
 */
function chainOf(parent: string, digest: string): string {
  return createHash('sha256').update(`${parent} ${digest}`).digest('hex');
}

function blobsOf({ layers, configDigest, configSizeBytes }: InspectedImage): Map<string, number> {
  const blobs = new Map(layers.map((layer) => [layer.digest, layer.sizeBytes]));
  return blobs.set(configDigest, configSizeBytes);
}

function unpackedSizes(measures: readonly LayerMeasure[]): Omit<Sizes, 'compressedSizeBytes'> {
  const bounds = measures.filter(({ source }) => source === 'bound');
  return {
    unpackedSizeBytes: sum(measures.map((measure) => measure.unpackedSizeBytes)),
    estimateSizeBytes: sum(measures.map(raisedBy)),
    boundSizeBytes: sum(bounds.map(raisedBy)),
  };
}

function raisedBy({ unpackedSizeBytes, likelySizeBytes = unpackedSizeBytes }: LayerMeasure): number {
  // Infinity less something is still that.
  return unpackedSizeBytes === likelySizeBytes ? 0 : unpackedSizeBytes - likelySizeBytes;
}

function countSources(measures: readonly LayerMeasure[]): Partial<Record<SizeSource, number>> {
  const counts: Partial<Record<SizeSource, number>> = {};
  for (const { source } of measures) counts[source] = (counts[source] ?? 0) + 1;
  return counts;
}

function newsOf(
  { image, layers }: InspectedImage,
  measures: Measures,
  told: Set<string>,
): Pick<ImageSize, 'warnings' | 'unknown'> {
  const news: { warnings: string[]; unknown: string[] } = { warnings: [], unknown: [] };
  for (const layer of layers) {
    const { warning, source } = measureOf(layer, measures);
    if (warning === undefined || told.has(layer.digest)) continue;
    told.add(layer.digest);
    const text = `${image.cachedReference}: the unpacked size of layer ${layer.digest} is ${warning}`;
    (source === 'bound' ? news.unknown : news.warnings).push(text);
  }
  return news;
}

function measureOf({ digest }: LayerDescriptor, measures: Measures): LayerMeasure {
  const measure = measures.get(digest);
  if (measure === undefined) throw new Error(`layer ${digest} was not measured`);
  return measure;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
