import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Access } from '../../src/registry/access.js';
import { createBlobReader } from '../../src/registry/blobs.js';
import type { Answer } from '../../src/registry/exchange.js';
import { trustRules } from '../../src/registry/hosts.js';
import type { Transport, TransportRequest } from '../../src/registry/transport.js';
import { RegistryError, type LayerDescriptor } from '../../src/registry/types.js';
import { anAnswer } from './support/answers.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const LAYER: LayerDescriptor = { digest: DIGEST, mediaType: '', sizeBytes: 10, annotations: {}, urls: [] };
const IMAGE = { registry: 'registry.example', repository: 'team/app' };

type Read = (answer: Answer) => Promise<Buffer | undefined>;

/** Reads bytes 2 to 5 of the layer; every other place than the registry fails. */
async function range(
  layer: LayerDescriptor,
  answer: Answer,
): Promise<{ bytes: string | undefined; asked: string[] }> {
  const asked: string[] = [];
  const transport = {
    trust: trustRules({ plainHttpRegistries: ['plain.example'], insecureRegistries: [] }),
    fetch: ({ url }: TransportRequest) => {
      asked.push(url.href);
      return Promise.reject(new RegistryError('unreachable', 'silence'));
    },
  } as unknown as Transport;
  const access = {
    fetch: ({ path }: { path: string }, read: Read) => {
      asked.push(path);
      return read(answer);
    },
  } as unknown as Access;
  const reader = createBlobReader(IMAGE, access, transport, () => undefined);
  return { bytes: (await reader.range(layer, 2, 5))?.toString(), asked };
}

const partial = (contentRange: string | undefined, body = 'abcd'): Answer => {
  const headers: IncomingHttpHeaders = contentRange === undefined ? {} : { 'content-range': contentRange };
  return anAnswer(206, body, headers);
};

describe('a foreign layer', () => {
  it('is looked for at three of its own places at most, none of them without TLS unless listed', async () => {
    const urls = [
      ...['http://open.example/a', 'ftp://plain.example/b', 'ftp://b.example/', 'nonsense'],
      ...['https://c.example/', 'http://plain.example/d', 'https://e.example/', 'https://f.example/'],
    ];
    const { asked } = await range({ ...LAYER, urls }, partial('bytes 2-5/10'));
    expect(asked).toEqual([
      ...['https://c.example/', 'http://plain.example/d', 'https://e.example/'],
      `blobs/${DIGEST}`,
    ]);
  });
});

describe('a range', () => {
  it.each([
    ['of the size that the manifest tells', partial('bytes 2-5/10'), 'abcd'],
    ['of a size that is not told', partial('bytes 2-5/*'), 'abcd'],
    ['that is not served', anAnswer(200, '0123456789'), undefined],
  ])('%s', async (_, answer, bytes) => {
    expect((await range(LAYER, answer)).bytes).toBe(bytes);
  });

  it.each<[string, Answer, string, string]>([
    ['another', partial('bytes 2-4/10'), 'bad-answer', 'asked for bytes 2-5/10, got bytes 2-4/10'],
    ['another size', partial('bytes 2-5/11'), 'bad-answer', 'asked for bytes 2-5/10, got bytes 2-5/11'],
    ['no word of it', partial(undefined), 'bad-answer', 'asked for bytes 2-5/10, got '],
    ['too little', partial('bytes 2-5/10', 'abc'), 'bad-answer', 'asked for 4 bytes, got 3'],
    ['too much', partial('bytes 2-5/10', 'abcde'), 'bad-answer', 'asked for 4 bytes, got more'],
    ['no blob', anAnswer(404), 'not-found', ''],
    ['something else', anAnswer(416, 'no'), 'bad-answer', '416'],
  ])('that gets %s is refused', async (_, answer, reason, message) => {
    await expect(range(LAYER, answer)).rejects.toMatchObject({
      reason,
      message: expect.stringContaining(message),
    });
    await expect(range(LAYER, answer)).rejects.toThrow(`layer ${DIGEST}: `);
  });
});
