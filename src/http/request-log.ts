import { cutTo } from '../report/format.js';
import type { Log } from '../report/log.js';
import { NetworkError } from './failures.js';
import { printable } from '../printable.js';
import type { HttpResponse, Send } from './types.js';

const LONGEST_URL = 500;

/**
 * Writes a line to the debug log for each request, once its answer has been read or given up: method, address, status,
 * bytes of the body and time. Neither headers nor bodies are shown.
 *
 * @param shown the address as far as it may be shown: a signed URL is a secret while it lasts
 */
export function withRequestLog(
  send: Send,
  log: Pick<Log, 'debug'>,
  shown: (url: URL) => string = wholeUrl,
): Send {
  return async (request) => {
    const startMs = performance.now();
    const write = (outcome: string): void => {
      const tookMs = Math.round(performance.now() - startMs);
      log.debug(`${request.method} ${cutTo(LONGEST_URL, shown(request.url))}: ${outcome} after ${tookMs} ms`);
    };
    try {
      const response = await send(request);
      return counted(response, (bytes) => {
        write(`HTTP ${response.status}, ${bytes} bytes`);
      });
    } catch (error) {
      write(outcomeOf(error));
      throw error;
    }
  };
}

function wholeUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search}`;
}

function outcomeOf(error: unknown): string {
  if (!(error instanceof NetworkError)) return String(error);
  return printable(`${error.failure}: ${error.message}`);
}

/** The same answer; `onEnd` is called once with how much of its body came. */
function counted(response: HttpResponse, onEnd: (bytes: number) => void): HttpResponse {
  let bytes = 0;
  let ended = false;
  const end = (): void => {
    if (!ended) onEnd(bytes);
    ended = true;
  };
  async function* body(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of response.body) {
        bytes += chunk.length;
        yield chunk;
      }
    } finally {
      end();
    }
  }
  return {
    ...response,
    body: body(),
    hangUp: () => {
      end();
      response.hangUp();
    },
  };
}
