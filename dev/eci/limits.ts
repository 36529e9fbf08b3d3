import { type Flat, invalid, listOf, missing, recordsOf } from './parameters.js';

/** What the metadata does not say: the limits of the vendor's CreateImageCache page and of its notes. */
const LARGEST = {
  images: 20,
  credentials: 10,
  tags: 20,
  vSwitches: 10,
  tokenLength: 64,
  tagKey: 128,
} as const;
export const SMALLEST_SIZE_GIB = 20;
export const LARGEST_SIZE_GIB = 32_768;

type Check = (flat: Flat) => void;

const CREATE_CHECKS: readonly Check[] = [
  // The page demands these two; the metadata has them optional.
  (flat) => {
    for (const name of ['SecurityGroupId', 'VSwitchId']) if (!flat[name]) throw missing(name);
  },
  (flat) => {
    const vSwitches = (flat['VSwitchId'] ?? '').split(',');
    if (vSwitches.length > LARGEST.vSwitches) throw invalid('VSwitchId', `at most ${LARGEST.vSwitches}`);
    if (vSwitches.some((id) => id.trim() === '')) throw invalid('VSwitchId', 'an ID is empty');
  },
  (flat) => {
    const images = listOf(flat, 'Image');
    if (images.length > LARGEST.images) throw invalid('Image', `at most ${LARGEST.images}`);
    if (images.some((image) => image.trim() === '')) throw invalid('Image', 'an image is empty');
  },
  (flat) => {
    const name = flat['ImageCacheName'] ?? '';
    if (name.length < 2 || name.length > 128) throw invalid('ImageCacheName', '2 to 128 characters');
  },
  // A smaller size is raised to 20 without a word, so only nonsense is refused below.
  (flat) => {
    checkRange(flat, 'ImageCacheSize', 1, LARGEST_SIZE_GIB);
  },
  (flat) => {
    checkRange(flat, 'RetentionDays', 1, 65_536);
  },
  (flat) => {
    checkRange(flat, 'StandardCopyCount', 1, Infinity);
    checkRange(flat, 'FlashCopyCount', 1, Infinity);
  },
  (flat) => {
    checkOneOf(flat, 'EliminationStrategy', ['', 'LRU']);
    checkOneOf(flat, 'OsType', ['Linux', 'Windows']);
  },
  checkCredentials,
  checkAcrRegistryInfo,
  checkTags,
];

/** Throws an RpcError for a CreateImageCache that is well-formed but over a limit. */
export function checkCreateLimits(flat: Flat): void {
  for (const check of CREATE_CHECKS) check(flat);
}

/** ASCII, at most 64 characters; for every action that takes one. */
export function checkClientToken(flat: Flat): void {
  const token = flat['ClientToken'];
  if (token === undefined) return;
  if (token.length > LARGEST.tokenLength)
    throw invalid('ClientToken', `at most ${LARGEST.tokenLength} characters`);
  if (!/^[\x20-\x7e]+$/.test(token)) throw invalid('ClientToken', 'ASCII characters only');
}

/** The size that the service makes of the one asked for, in GiB. */
export function grantedSizeGiB(flat: Flat): number {
  return Math.max(SMALLEST_SIZE_GIB, Number(flat['ImageCacheSize'] ?? SMALLEST_SIZE_GIB));
}

function checkRange(flat: Flat, name: string, from: number, to: number): void {
  const value = flat[name];
  if (value === undefined) return;
  if (Number(value) < from || Number(value) > to) throw invalid(name, `${from} to ${to}`);
}

function checkOneOf(flat: Flat, name: string, allowed: readonly string[]): void {
  const value = flat[name];
  if (value !== undefined && !allowed.includes(value)) throw invalid(name, `one of ${allowed.join(', ')}`);
}

function checkCredentials(flat: Flat): void {
  const credentials = recordsOf(flat, 'ImageRegistryCredential');
  if (credentials.length > LARGEST.credentials) {
    throw invalid('ImageRegistryCredential', `at most ${LARGEST.credentials}`);
  }
  for (const { Server = '' } of credentials) {
    if (/^https?:\/\//.test(Server)) throw invalid('ImageRegistryCredential', 'Server has a scheme');
  }
}

function checkAcrRegistryInfo(flat: Flat): void {
  for (const { InstanceId } of recordsOf(flat, 'AcrRegistryInfo')) {
    if (!InstanceId) throw invalid('AcrRegistryInfo', 'InstanceId must be set');
  }
}

function checkTags(flat: Flat): void {
  const tags = recordsOf(flat, 'Tag');
  if (tags.length > LARGEST.tags) throw invalid('Tag', `at most ${LARGEST.tags}`);
  const keys = tags.map(({ Key = '' }) => Key);
  if (new Set(keys).size < keys.length) throw invalid('Tag', 'a key is there twice');
  for (const { Key = '', Value = '' } of tags) {
    if (Key === '' || Key.length > LARGEST.tagKey)
      throw invalid('Tag', `a key has 1 to ${LARGEST.tagKey} characters`);
    if (/^(aliyun|acs:)/i.test(Key)) throw invalid('Tag', 'a key starts with aliyun or acs:');
    if (/https?:\/\//i.test(`${Key}\n${Value}`)) throw invalid('Tag', 'http:// or https:// in a tag');
    if (Value.length > LARGEST.tagKey)
      throw invalid('Tag', `a value has at most ${LARGEST.tagKey} characters`);
  }
}
