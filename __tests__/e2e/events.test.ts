import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { layer, scenario } from './support.js';

// Every sample has its row in __tests__/unit/context.test.ts; one of each kind goes through the built action here.

function eventOf(file: string): { name: string; payload: object } {
  const payload = JSON.parse(
    readFileSync(new URL(`../../dev/events/${file}.json`, import.meta.url), 'utf8'),
  ) as object;
  return { name: file.split('.')[0] ?? '', payload };
}

describe('the event', () => {
  it.concurrent.each([
    ['push.tag', 'v1.2.3'],
    ['create.tag', 'v1.2.3'],
    ['release.published', 'v1.2.3'],
    ['release.prereleased', 'v1.3.0-rc.1'],
    ['workflow_run.tag', 'v1.2.3'],
    ['workflow_dispatch.tag', 'v1.2.3'],
    ['release.gitea-updated', 'v1.2.3'],
  ])('%s gives bare images the tag %s', async (file, tag) => {
    const { run, registry, pushImages } = await scenario();
    pushImages(tag);
    const images = ['shop', 'worker'].map((name) => `${registry.host}/acme/${name}:${tag}`);
    const { exitCode, outputs } = await run({ 'dry-run': 'true' }, { event: eventOf(file) });
    expect(exitCode).toBe(0);
    expect(JSON.parse(outputs['images'] ?? '')).toEqual(images);
  });

  it.concurrent.each(['registry_package.published', 'package.published'])(
    '%s names the image itself, and images may be left out',
    async (file) => {
      const { run, registry } = await scenario();
      const { digest } = registry.putImage('octo-org/shop', '1.2.3', { layers: [layer('package')] });
      const inputs = { images: '', 'registry-map': `${registry.host}=ghcr.io`, 'dry-run': 'true' };
      const { exitCode, outputs } = await run(inputs, { event: eventOf(file) });
      expect(exitCode).toBe(0);
      expect(JSON.parse(outputs['digests'] ?? '')).toEqual({ 'ghcr.io/octo-org/shop:1.2.3': digest });
    },
  );

  it.concurrent('registry_package.gitea names the image at the server’s own registry', async () => {
    const { run, registry } = await scenario();
    const { digest } = registry.putImage('octo-org/shop', '1.2.3', { layers: [layer('package')] });
    const inputs = { images: '', 'registry-map': `${registry.host}=git.example.com`, 'dry-run': 'true' };
    const { exitCode, outputs } = await run(inputs, { event: eventOf('registry_package.gitea') });
    expect(exitCode).toBe(0);
    expect(JSON.parse(outputs['digests'] ?? '')).toEqual({ 'git.example.com/octo-org/shop:1.2.3': digest });
  });

  it.concurrent.each([
    ['cancelled', /ended with the conclusion "cancelled"/],
    ['requested', /has not ended/],
    ['fork', /in the repository "mallory\/shop", not in this repository/],
    ['fork-deleted', /in a repository that is not known/],
  ])(
    'workflow_run.%s ends the run, although all images are listed, and nothing is asked',
    async (kind, problem) => {
      const { run, eci, registry, images } = await scenario();
      const event = eventOf(`workflow_run.${kind}`);
      const { exitCode, errors } = await run({ images: images.join(), 'keep-latest': '1' }, { event });
      expect(exitCode).toBe(1);
      expect(errors).toEqual([expect.stringMatching(/^Not a release: the workflow_run event .*\n\S/)]);
      expect(errors[0]).toMatch(problem);
      expect([...eci.requests, ...registry.requests]).toEqual([]);
    },
  );

  it.concurrent(
    'workflow_run.failed ends the run, whatever images are listed, and prunes nothing',
    async () => {
      const { run, eci, registry, images, pushImages } = await scenario();
      pushImages('v9.9.9');
      const old = await run({ wait: 'false' });
      const requests = eci.requests.length + registry.requests.length;
      const event = eventOf('workflow_run.failed');
      for (const listed of [{}, { images: images.join() }, { 'image-tag': 'v1.2.3' }]) {
        const { exitCode, errors } = await run({ ...listed, 'keep-latest': '1' }, { event });
        expect(exitCode).toBe(1);
        expect(errors).toEqual([
          expect.stringMatching(
            /^Not a release: the workflow_run event .*ended with the conclusion "failure", so it released nothing.*\n\S/,
          ),
        ]);
      }
      expect(eci.requests.length + registry.requests.length).toBe(requests);
      expect(eci.caches.map(({ imageCacheId }) => imageCacheId)).toEqual([old.outputs['image-cache-id']]);
    },
  );

  const SIGNATURE = 'application/vnd.dev.cosign.simplesigning.v1+json';
  const signature = { layers: [{ bytes: Buffer.from('{"critical":{}}'), mediaType: SIGNATURE }] };

  it.concurrent('registry_package of a signature ends with a notice, and nothing is made', async () => {
    const { run, eci, registry } = await scenario();
    const tag = `sha256-${'ab'.repeat(32)}.sig`;
    registry.putImage('octo-org/shop', tag, signature);
    const { name, payload } = eventOf('registry_package.published');
    const event = { name, payload: JSON.parse(JSON.stringify(payload).replaceAll('1.2.3', tag)) as object };
    const result = await run({ images: '', 'registry-map': `${registry.host}=ghcr.io` }, { event });
    expect(result).toMatchObject({ exitCode: 0, errors: [] });
    expect(result.stdout).toMatch(
      /::notice::Nothing to cache: Image ghcr\.io\/octo-org\/shop:sha256-\w+\.sig.*: what is stored there is a cosign signature, not a container image: none of its layers is a file system\./,
    );
    expect(result.outputs['image-cache-id'] ?? '').toBe('');
    expect(eci.existing()).toEqual([]);
    expect(eci.requestsOf('CreateImageCache')).toEqual([]);
  });

  it.concurrent('a signature that is listed is an error', async () => {
    const { run, eci, registry } = await scenario();
    registry.putImage('acme/shop', 'v1.2.3', signature);
    const { exitCode, errors } = await run({ images: `${registry.host}/acme/shop` });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/acme\/shop:v1\.2\.3: what is stored there is a cosign signature/),
    ]);
    expect(eci.requestsOf('CreateImageCache')).toEqual([]);
  });

  it.concurrent.each([
    ['push.branch', /the push event runs on the branch "main", which is not a tag/],
    ['push.tag-deleted', /the push event deleted "refs\/tags\/v1\.2\.3"/],
    ['push.gitea-tag-deleted', /the push event deleted "refs\/tags\/v1\.2\.3"/],
    ['create.branch-like-a-tag', /the create event made the branch "v1\.2\.3"/],
    ['create.gitea-branch', /the create event made the branch "v1\.2\.3"/],
    ['release.gitea-draft', /about a draft/],
    ['workflow_run.gitea-branch', /a run that "push" started on "v1\.2\.3", which is a branch/],
    ['registry_package.gitea-digest', /names no image with a tag/],
    ['pull_request.opened', /the pull_request event runs on the pull request "refs\/pull\/7\/merge"/],
    ['workflow_run.branch', /a run that "push" started on "main"/],
    ['registry_package.untagged', /registry_package event .* names no image with a tag/],
  ])('%s has no tag for bare images: the error says what it saw and what to set', async (file, problem) => {
    const { run, eci, registry } = await scenario();
    const { exitCode, errors } = await run({}, { event: eventOf(file) });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(problem)]);
    expect(errors[0]?.split('\n')[1]).toMatch(/^[A-Z].{20,}/);
    expect([...eci.requests, ...registry.requests]).toEqual([]);
  });

  it.concurrent('push.branch is fine where images have their tags, or the template needs none', async () => {
    const { run, registry, images, pushImages } = await scenario();
    const event = eventOf('push.branch');
    const { after } = event.payload as { after: string };
    pushImages(`sha-${after.slice(0, 7)}`);
    const tagged = await run({ images: images.join(), 'dry-run': 'true' }, { event });
    expect(tagged).toMatchObject({ exitCode: 0, outputs: { images: JSON.stringify(images) } });
    const bySha = await run({ 'image-tag': 'sha-{{short-sha}}', 'dry-run': 'true' }, { event });
    expect(bySha.exitCode).toBe(0);
    expect(bySha.outputs['images']).toMatch(`${registry.host}/acme/shop:sha-${after.slice(0, 7)}`);
  });
});
