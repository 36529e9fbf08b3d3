import { describe, expect, it } from '@jest/globals';
import type { Access, AccessRequest } from '../../src/registry/access.js';
import type { Answer } from '../../src/registry/exchange.js';
import { digestOf, MANIFEST_TYPES } from '../../src/registry/manifest.js';
import { createManifestReader, type ReadManifest } from '../../src/registry/manifest-reader.js';
import { anAnswer } from './support/answers.js';

const IMAGE = { registry: 'registry.example', repository: 'team/app' };
const BODY = '{"manifests":[]}';
const DIGEST = digestOf(Buffer.from(BODY), 'sha256');
const OTHER = `sha256:${'0'.repeat(64)}`;

async function read(
  answer: Answer,
  reference = 'v1',
): Promise<{ manifest: ReadManifest; asked: AccessRequest[] }> {
  const asked: AccessRequest[] = [];
  const access = {
    fetch: (request: AccessRequest, reader: (answer: Answer) => Promise<ReadManifest>) => {
      asked.push(request);
      return reader(answer);
    },
  } as Access;
  const reader = createManifestReader(access);
  const manifest = await reader(IMAGE, reference);
  await reader(IMAGE, reference).catch(() => undefined);
  return { manifest, asked };
}

describe('a manifest', () => {
  it('is asked for in every form that counts', async () => {
    const { asked } = await read(anAnswer(200, BODY));
    expect(asked[0]).toMatchObject({ ...IMAGE, path: 'manifests/v1' });
    expect(asked[0]?.headers?.['accept']?.split(', ')).toEqual([...MANIFEST_TYPES]);
  });

  it('is read anew by a tag, and once by a digest', async () => {
    expect((await read(anAnswer(200, BODY))).asked).toHaveLength(2);
    expect((await read(anAnswer(200, BODY), DIGEST)).asked).toHaveLength(1);
  });

  it.each([
    ['no digest is told', {}],
    ['the digest is told', { 'docker-content-digest': DIGEST }],
    ['an empty digest is told', { 'docker-content-digest': '' }],
  ])('has the digest of its bytes where %s', async (_, headers) => {
    expect((await read(anAnswer(200, BODY, headers))).manifest.digest).toBe(DIGEST);
  });

  it.each<[string, Answer, string, string | RegExp]>([
    [
      'another digest',
      anAnswer(200, BODY, { 'docker-content-digest': OTHER }),
      'bad-answer',
      /have the digest/,
    ],
    [
      'too much',
      anAnswer(200, ' '.repeat(4 * 1024 * 1024 + 1)),
      'bad-answer',
      'the manifest v1 is larger than 4 MiB',
    ],
    ['none', anAnswer(404), 'not-found', 'there is no manifest v1'],
    ['a refusal', anAnswer(418, 'no'), 'bad-answer', 'registry.example answers HTTP 418: no'],
    ['a silent refusal', anAnswer(418), 'bad-answer', /HTTP 418$/],
    [
      'schema 1 by its type, whose digest is of another kind',
      anAnswer(200, '{}', {
        'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws',
        'docker-content-digest': OTHER,
      }),
      'not-an-image',
      /schema 1/,
    ],
  ])('that is %s is an error', async (_, answer, reason, message) => {
    const failure = read(answer).catch((error: unknown) => error);
    expect(await failure).toMatchObject({ reason });
    expect(((await failure) as Error).message).toMatch(message);
  });

  it('that was asked for by digest has to have it', async () => {
    await expect(read(anAnswer(200, BODY), OTHER)).rejects.toMatchObject({ reason: 'bad-answer' });
  });
});
