import { readAtMost } from './body.js';
import type { HttpRequest, HttpResponse, Send } from './types.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
export const MOST_REDIRECTS = 5;
/** A longer body costs more than a new connection. */
const LARGEST_REDIRECT_BODY_BYTES = 64 * 1024;

/**
 * Sends the request, and again to where its answers redirect it.
 *
 * @param next the request that follows a redirect from the one to the target: decides where a request may go, and
 *   what it may carry there. Throws where it may not go there. The target is undefined if it is not a URL.
 */
export async function followRedirects(
  request: HttpRequest,
  send: Send,
  next: (from: HttpRequest, target: URL | undefined) => HttpRequest,
): Promise<HttpResponse> {
  let current = request;
  let response = await send(current);
  for (let hop = 1; REDIRECTS.has(response.status) && hop <= MOST_REDIRECTS; hop++) {
    const { location = '' } = response.headers;
    await readAtMost(response, LARGEST_REDIRECT_BODY_BYTES);
    const isUrl = location !== '' && URL.canParse(location, current.url.href);
    current = next(current, isUrl ? new URL(location, current.url) : undefined);
    response = await send(current);
  }
  return response;
}

/** Whether the answer is one redirect too many. */
export function isRedirect({ status }: HttpResponse): boolean {
  return REDIRECTS.has(status);
}
