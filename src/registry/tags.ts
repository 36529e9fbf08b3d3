import type { Clock } from '../clock.js';
import { readDocument } from '../http/body.js';
import { isRecord } from '../http/foreign-text.js';
import type { ImageReference } from '../images/reference.js';
import type { Log } from '../report/log.js';
import type { Access } from './access.js';
import { nearTags, templateHint } from './near-tags.js';
import type { Answer } from './types.js';
import { RegistryError } from './types.js';

/** Pauses before a tag that is not there is asked for again: 20 s in all. */
const PAUSES_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 5_000];
/** And 40 s more where the list of tags has it. */
const MORE_PAUSES_MS = [10_000, 10_000, 20_000];

export interface TagTools<T> {
  /** Reads the tag; throws a RegistryError with the reason not-found where it is not there. */
  readonly read: () => Promise<T>;
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a tag names. Some registries answer 404 for a few seconds after a push, so a tag that is not there is asked for
 * again, longer where the list of tags has it.
 *
 * @throws RegistryError
 */
export async function readPushedTag<T>(image: ImageReference, tag: string, tools: TagTools<T>): Promise<T> {
  const name = `${image.registry}/${image.repository}`;
  const early = await readAfter([0, ...PAUSES_MS], tools, () => {
    tools.log.info(
      `There is no tag ${tag} in ${name} yet. Asking again for up to 20 s, as it may just have been pushed.`,
    );
  });
  if (early) return early.value;
  const tags = await listTags(image, tools.access);
  if (tags === 'no-repository' || !tags.includes(tag)) throw missingTag(name, tag, tags);
  const late = await readAfter(MORE_PAUSES_MS, tools, () => {
    tools.log.info(
      `The registry lists the tag ${tag} of ${name}, but does not serve it yet. Waiting up to 40 s.`,
    );
  });
  if (late) return late.value;
  throw new RegistryError(
    'not-found',
    `the registry lists the tag ${tag} of ${name}, but does not serve its manifest`,
    {
      hint: 'Run the job again in a few minutes. If it happens again, push the image again, or report it to the operator of the registry.',
    },
  );
}

/** Reads after each pause; undefined if the tag is not there in the end. */
async function readAfter<T>(
  pausesMs: readonly number[],
  { read, clock, signal }: TagTools<T>,
  onPause: () => void,
): Promise<{ value: T } | undefined> {
  let isFirstPause = true;
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) {
      if (isFirstPause) onPause();
      isFirstPause = false;
      await clock.sleep(pauseMs, signal);
    }
    try {
      return { value: await read() };
    } catch (error) {
      if (!(error instanceof RegistryError) || error.reason !== 'not-found') throw error;
    }
  }
  return undefined;
}

type Tags = readonly string[] | 'no-repository';

/** The error for a tag that is not there, with the tags of the repository that may have been meant. */
function missingTag(name: string, tag: string, tags: Tags): RegistryError {
  if (tags === 'no-repository') {
    return new RegistryError('not-found', `there is no repository ${name}`, {
      hint: 'Check its name, and that the image is pushed before this step.',
    });
  }
  const near = nearTags(tag, tags);
  const others = near.length > 0 ? `; similar tags are ${near.join(', ')}` : '';
  const template = templateHint(tag, tags);
  return new RegistryError('not-found', `there is no tag ${tag} in ${name}${others}`, {
    hint: template
      ? `The same version is there, written differently: ${template}.`
      : 'Check that the image is pushed before this step, under this tag.',
  });
}

const TAGS_ON_A_PAGE = 1000;
const MOST_PAGES = 3;
const LARGEST_PAGE_BYTES = 2 * 1024 * 1024;
/** Of registries that send more on a page than they were asked for. */
const MOST_TAGS = 10_000;
/** The grammar of a tag (OCI distribution specification, "Pulling manifests"): anything else is not shown. */
const TAG = /^\w[\w.-]{0,127}$/;

/** Up to three pages of tags; none if the registry does not list them. */
async function listTags(image: ImageReference, access: Access): Promise<Tags> {
  const pages: (readonly string[])[] = [];
  let query: string | undefined = `n=${TAGS_ON_A_PAGE}`;
  try {
    while (pages.length < MOST_PAGES && query !== undefined) {
      const { registry, repository } = image;
      const path = `tags/list?${query}`;
      const request = { label: `tags of ${repository}`, registry, repository, path };
      const page: TagPage = await access.fetch(request, readPage);
      pages.push(page.tags);
      query = page.next;
    }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (error.reason === 'not-found') return 'no-repository';
  }
  return pages.flat().slice(0, MOST_TAGS);
}

interface TagPage {
  readonly tags: readonly string[];
  /** Query of the next page. */
  readonly next: string | undefined;
}

async function readPage(answer: Answer): Promise<TagPage> {
  if (answer.status === 404) throw new RegistryError('not-found', 'there is no such repository');
  const body = answer.status === 200 ? await readDocument(answer, LARGEST_PAGE_BYTES) : undefined;
  return { tags: tagsIn(body?.toString('utf8') ?? ''), next: nextQuery(answer.headers['link']) };
}

function tagsIn(body: string): string[] {
  try {
    const document: unknown = JSON.parse(body);
    const tags: unknown = isRecord(document) ? document['tags'] : undefined;
    if (!Array.isArray(tags)) return [];
    return tags.slice(0, MOST_TAGS).filter((tag): tag is string => typeof tag === 'string' && TAG.test(tag));
  } catch {
    return [];
  }
}

/** Of `Link: </v2/NAME/tags/list?n=1000&last=x>; rel="next"` only the query counts: host and path are ours. */
function nextQuery(link: string | string[] | undefined): string | undefined {
  return /<[^<>?]*\?([^<>#\s]{1,2000})[^<>]*>[^,]*;\s*rel="?next"?/i.exec(String(link ?? ''))?.[1];
}
