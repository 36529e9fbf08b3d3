import type { ImageReference } from '../images/reference.js';
import type { Access } from './access.js';
import { isTooDense } from './dense-json.js';
import { readAtMost, type Answer } from './exchange.js';
import { nearTags, templateHint } from './near-tags.js';
import { isRecord } from './remote-text.js';
import { RegistryError } from './types.js';

const TAGS_ON_A_PAGE = 1000;
const MOST_PAGES = 3;
const LARGEST_PAGE_BYTES = 4 * 1024 * 1024;
/** The grammar of a tag (OCI distribution specification, "Pulling manifests"): anything else is not shown. */
const TAG = /^\w[\w.-]{0,127}$/;

/** The error for a tag that is not there, with the tags of the repository that may have been meant. */
export async function missingTag(image: ImageReference, tag: string, access: Access): Promise<RegistryError> {
  const name = `${image.registry}/${image.repository}`;
  const tags = await listTags(image, access);
  if (tags === 'no-repository') {
    return new RegistryError('not-found', `there is no repository ${name}`, {
      hint: 'Check its name, and that the image is pushed before this step.',
    });
  }
  const near = nearTags(tag, tags);
  const others = near.length > 0 ? `; near it are ${near.join(', ')}` : '';
  const template = templateHint(tag, tags);
  return new RegistryError('not-found', `there is no tag ${tag} in ${name}${others}`, {
    hint: template
      ? `The same version is there, written otherwise: ${template}.`
      : 'Check that the image is pushed before this step, under this tag.',
  });
}

/** Up to three pages of tags; none where the registry does not list them. */
async function listTags(image: ImageReference, access: Access): Promise<readonly string[] | 'no-repository'> {
  const tags: string[] = [];
  let query: string | undefined = `n=${TAGS_ON_A_PAGE}`;
  try {
    for (let page = 0; page < MOST_PAGES && query !== undefined; page++) {
      const { registry, repository } = image;
      const path = `tags/list?${query}`;
      const request = { label: `tags of ${repository}`, registry, repository, path };
      const answer: TagPage = await access.fetch(request, readPage);
      tags.push(...answer.tags);
      query = answer.next;
    }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (error.reason === 'not-found') return 'no-repository';
  }
  return tags;
}

interface TagPage {
  readonly tags: readonly string[];
  /** Query of the next page. */
  readonly next: string | undefined;
}

async function readPage(answer: Answer): Promise<TagPage> {
  if (answer.status === 404) throw new RegistryError('not-found', 'there is no such repository');
  const body = answer.status === 200 ? await readAtMost(answer, LARGEST_PAGE_BYTES) : undefined;
  const list = body && !isTooDense(body) ? body.toString('utf8') : '';
  return { tags: tagsIn(list), next: nextQuery(answer.headers['link']) };
}

function tagsIn(body: string): string[] {
  try {
    const document: unknown = JSON.parse(body);
    const tags: unknown = isRecord(document) ? document['tags'] : undefined;
    if (!Array.isArray(tags)) return [];
    return tags.filter((tag): tag is string => typeof tag === 'string' && TAG.test(tag));
  } catch {
    return [];
  }
}

/** Of `Link: </v2/NAME/tags/list?n=1000&last=x>; rel="next"` only the query counts: host and path are ours. */
function nextQuery(link: string | string[] | undefined): string | undefined {
  return /<[^<>?]*\?([^<>#\s]{1,2000})[^<>]*>[^,]*;\s*rel="?next"?/i.exec(String(link ?? ''))?.[1];
}
