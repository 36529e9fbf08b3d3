import type { Observations } from '../cache/observations.js';
import { ServiceError, type ImageCache } from '../cache/service.js';
import { entries, field, imageCacheOf, isPresent, text, type JsonRecord } from './answers.js';
import type { Answer } from './call.js';
import { unusableAnswer } from './errors.js';
import { isRecord } from '../http/foreign-text.js';

/** The limit of one look-up: far more than the largest account has, and still quick to read. */
const MOST_PAGES = 2_000;
const MOST_BYTES = 256 * 1024 * 1024;
/** In a row. A service that ignores the token answers with the first page for ever, each time under a new token. */
const MOST_PAGES_WITHOUT_NEWS = 20;

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
 * token for every page, or another token for the same page, is followed for as long as there are other records.
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
  let pagesWithoutNews = 0;
  for (let pages = 1; ; pages += 1) {
    const { fields, sizeBytes } = await readPage(token);
    seen.bytes += sizeBytes;
    const before = seen.ids.size;
    for (const cache of cachesIn(fields, observations)) {
      seen.ids.add(cache.imageCacheId);
      if (wants(cache)) found.set(cache.imageCacheId, cache);
    }
    const next = nextTokenIn(fields);
    if (next === undefined || (isUnique && found.size > 0)) return [...found.values()];
    const isRepeated = seen.tokens.has(next);
    pagesWithoutNews = seen.ids.size === before ? pagesWithoutNews + 1 : 0;
    if (isRepeated && next === token && pagesWithoutNews > 0) return [...found.values()];
    if (isRepeated && next !== token) throw endless('leads back to a page that was read');
    if (pagesWithoutNews > MOST_PAGES_WITHOUT_NEWS) return [...found.values()];
    if (pages >= MOST_PAGES || seen.bytes >= MOST_BYTES) {
      throw endless(`does not end within ${pages} pages and ${Math.round(seen.bytes / 2 ** 20)} MiB`);
    }
    seen.tokens.add(next);
    observations?.followedPage();
    token = next;
  }
}

function nextTokenIn(fields: JsonRecord): string | undefined {
  const token = text(field(fields, 'NextToken')).trim();
  return /^(0|null)?$/i.test(token) ? undefined : token;
}

function cachesIn(fields: JsonRecord, observations: Observations | undefined): readonly ImageCache[] {
  const records = recordsIn(fields);
  for (const record of records) observations?.sawRecord(record);
  const caches = records.flatMap((record) => imageCacheOf(record) ?? []);
  if (caches.length > 0 || records.length === 0) return caches;
  throw unusableAnswer('DescribeImageCaches', 'holds records without an ImageCacheId');
}

/**
 * "None found" makes the caller create one, so only the service itself may say so: with a list, or with a request ID
 * and no list, and nothing else in which caches could stand.
 */
function recordsIn(fields: JsonRecord): readonly JsonRecord[] {
  const value = field(fields, 'ImageCaches');
  const list = entries(value);
  if (list) return list.filter(isRecord);
  const hasOthers = Object.values(fields).some((other) => typeof other === 'object' && other !== null);
  if (value === undefined && isPresent(field(fields, 'RequestId')) && !hasOthers) return [];
  throw unusableAnswer('DescribeImageCaches', 'holds no list ImageCaches');
}

function endless(what: string): ServiceError {
  return new ServiceError(`DescribeImageCaches failed: the list of image caches ${what}.`, {
    code: 'EndlessPages',
    kind: 'permanent',
    hint: 'The service keeps naming a next page: report it to Alibaba Cloud, with the region. Nothing was created.',
  });
}
