import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../../../src/registry/exchange.js';

/** An answer whose body is there already. */
export function anAnswer(
  status: number,
  body = '',
  headers: IncomingHttpHeaders = {},
  url = new URL('https://registry.example/v2/'),
): Answer {
  async function* chunks(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    yield Buffer.from(body);
  }
  // Each loop starts anew: a row of a table may be read more than once.
  return { status, headers, url, body: { [Symbol.asyncIterator]: chunks }, hangUp: () => undefined };
}
