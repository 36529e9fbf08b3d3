import { createHash } from 'node:crypto';
import { TAG_KEY, tagValueOf } from '../cache/identity.js';
import type { Tag } from '../cache/service.js';
import type { AllocateRequest, EipAddress } from './service.js';

/** The caches of one content that were made in one attempt. */
export interface Content {
  readonly fingerprint: string;
  /** As on the cache: empty unless the cache was made again on purpose. */
  readonly attempt: string;
}

/** The one build that an address is for. No other ever uses it. */
export interface Build extends Content {
  /** The value of the owner tag. */
  readonly owner: string;
  /** How many caches of the content have failed or are gone before. */
  readonly generation: number;
}

/** Beside the fingerprint, the owner and the attempt, whose keys are those on a cache. */
export const EIP_TAG_KEY = {
  purpose: 'warm-image-cache-purpose',
  generation: 'warm-image-cache-generation',
} as const;
const PURPOSE: Tag = { key: EIP_TAG_KEY.purpose, value: 'temporary-eip-of-a-build' };
const FINGERPRINT_PIECE = 16;

/** What every temporary address of this owner carries. */
export function tagsOfOwner(owner: string): readonly Tag[] {
  return [PURPOSE, { key: TAG_KEY.repository, value: owner }];
}

/** What the address of this build carries. */
export function tagsOfBuild({ owner, fingerprint, attempt, generation }: Build): readonly Tag[] {
  return [
    ...tagsOfOwner(owner),
    { key: TAG_KEY.fingerprint, value: fingerprint },
    { key: EIP_TAG_KEY.generation, value: String(generation) },
    ...(attempt === '' ? [] : [{ key: TAG_KEY.attempt, value: attempt }]),
  ];
}

/** The build that an address is for; undefined for one that does not carry all of this owner's tags. */
export function buildOf({ tags }: EipAddress, owner: string): Build | undefined {
  const isOurs = tagsOfOwner(owner).every(({ key, value }) => tagValueOf(tags, key) === value);
  const fingerprint = tagValueOf(tags, TAG_KEY.fingerprint) ?? '';
  const generation = tagValueOf(tags, EIP_TAG_KEY.generation) ?? '';
  if (!isOurs || fingerprint === '' || !/^\d{1,9}$/.test(generation)) return undefined;
  const attempt = tagValueOf(tags, TAG_KEY.attempt) ?? '';
  return { owner, fingerprint, attempt, generation: Number(generation) };
}

/** Whether the answer shows no tag at all: then only the run that allocated it knows what it is for. */
export function isBare({ tags }: EipAddress): boolean {
  return tags.length === 0;
}

/** The same for every run of this build, so that a remembered token yields the same address. */
export function allocationOf(build: Build): AllocateRequest {
  return {
    name: `warm-image-cache-${build.fingerprint.slice(0, FINGERPRINT_PIECE)}`,
    tags: tagsOfBuild(build),
  };
}

/**
 * ClientToken of an allocation, 64 hexadecimal digits. Those of one build are numbered, and each is used only after
 * the address of the one before turned out to be unusable.
 *
 * @param usedTokens how many tokens of this build are used up
 */
export function allocationToken(
  { owner, fingerprint, attempt, generation }: Build,
  usedTokens: number,
): string {
  const parts = ['eip-token/1', owner, fingerprint, attempt, generation, usedTokens];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export function isSameBuild(a: Build, b: Build): boolean {
  return allocationToken(a, 0) === allocationToken(b, 0);
}
