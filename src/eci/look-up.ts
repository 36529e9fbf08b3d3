import type { Observations } from '../cache/observations.js';
import { ServiceError, type ImageCache } from '../cache/service.js';
import { entries, imageCacheOf, isPresent, text, type JsonRecord } from './answers.js';
import type { Answer } from './call.js';
import { unusableAnswer } from './errors.js';
import { isRecord } from '../http/foreign-text.js';

/** The limit of one look-up: far more than the largest account has, and still quick to read. */
const MOST_PAGES = 2_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** Asks for the page after this token; the first one without. */
type ReadPage = (nextToken: string | undefined) => Promise<Answer>;

export interface Reading {
  /** A record that it does not want is dropped at once, so that an account of any size takes the memory of one page. */
  readonly wants: (cache: ImageCache) => boolean;
  /** Whether one record is all that can come. */
  readonly isUnique: boolean;
  readonly observations?: Observations | undefined;
}

/**
 * Reads the pages of DescribeImageCaches to the end; the largest page is not documented, so none is asked for.
 *
 * The end is a NextToken that is missing, empty or 0, or one that leads to nothing new: a service that names the same
 * token for every page is followed for as long as its pages have other records.
 *
 * @throws ServiceError if the pages never end, or an answer holds no list
 */
export async function readPages(
  readPage: ReadPage,
  { wants, isUnique, observations }: Reading,
): Promise<readonly ImageCache[]> {
  const found = new Map<string, ImageCache>();
  const seen = { ids: new Set<string>(), tokens: new Set<string>(), bytes: 0 };
  let token: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const { fields, sizeBytes } = await readPage(token);
    seen.bytes += sizeBytes;
    const before = seen.ids.size;
    for (const record of recordsIn(fields)) {
      observations?.sawRecord(record);
      const cache = imageCacheOf(record);
      if (!cache) continue;
      seen.ids.add(cache.imageCacheId);
      if (wants(cache)) found.set(cache.imageCacheId, cache);
    }
    const next = nextTokenIn(fields);
    if (next === undefined || (isUnique && found.size > 0)) return [...found.values()];
    const isRepeated = seen.tokens.has(next);
    if (isRepeated && next === token && seen.ids.size === before) return [...found.values()];
    if (isRepeated && next !== token) throw endless('leads back to a page that was read');
    if (pages >= MOST_PAGES || seen.bytes >= MOST_BYTES) {
      throw endless(`does not end within ${pages} pages and ${Math.round(seen.bytes / 2 ** 20)} MiB`);
    }
    seen.tokens.add(next);
    observations?.followedPage();
    token = next;
  }
}

function nextTokenIn(fields: JsonRecord): string | undefined {
  const token = text(fields['NextToken']).trim();
  return token === '' || token === '0' ? undefined : token;
}

/**
 * "None found" makes the caller create one, so only the service itself may say so: with a list, or with a
 * request ID and no list.
 */
function recordsIn(fields: JsonRecord): readonly JsonRecord[] {
  const { ImageCaches: value, RequestId: requestId } = fields;
  const list = entries(value);
  if (list) return list.filter(isRecord);
  const isAbsent = value === undefined || value === null;
  if (isAbsent && isPresent(requestId)) return [];
  throw unusableAnswer('DescribeImageCaches', 'holds no list ImageCaches');
}

function endless(what: string): ServiceError {
  return new ServiceError(`DescribeImageCaches failed: the list of image caches ${what}.`, {
    code: 'EndlessPages',
    kind: 'permanent',
    hint: 'The service keeps naming a next page: report it to Alibaba Cloud, with the region. Nothing was created.',
  });
}
