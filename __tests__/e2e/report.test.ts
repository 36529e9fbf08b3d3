import { describe, expect, it } from '@jest/globals';
import { failedPlan, failures } from '../../dev/eci/plans.js';
import { rendered, loginFor, LOGIN, scenario } from './support.js';

describe('the log', () => {
  it.concurrent('tells the images in one table, and their sizes in another, with the sum', async () => {
    const { run, images, digests } = await scenario();
    const { stdout } = await run({}, { debug: false });
    for (const image of images) {
      const digest = digests[image]?.slice(0, 'sha256:'.length + 12) ?? '?';
      expect(stdout).toMatch(new RegExp(`^${image} +linux/amd64 +${digest} +[\\d.]+ (KiB|B)$`, 'm'));
      expect(stdout).toMatch(
        new RegExp(`^${image} +[\\d.]+ (KiB|B) +[\\d.]+ KiB +0 B +1 × \\w[\\w ]+$`, 'm'),
      );
    }
    expect(stdout).toMatch(/^unpacked layers.*× 1\.1 .*KiB$/m);
    expect(stdout).toMatch(/^the smallest cache that the service makes += 20 GiB$/m);
  });

  it.concurrent('ends in a line that says it all', async () => {
    const { run, eci } = await scenario();
    const last = (stdout: string): string => stdout.trimEnd().split('\n').at(-1) ?? '';
    const first = await run({}, { debug: false });
    const second = await run({}, { debug: false });
    const { imageCacheId = '?', imageCacheName = '?' } = eci.existing()[0] ?? {};
    const cache = `Image cache ${imageCacheId} \\(${imageCacheName}, 20 GiB\\) is Ready`;
    expect(last(first.stdout)).toMatch(
      new RegExp(`^${cache} \\(created\\)\\. It took [\\d.]+ (?:min \\d\\d )?s\\.$`),
    );
    expect(last(second.stdout)).toMatch(
      new RegExp(`^${cache} \\(reused, nothing was created\\)\\. It took [\\d.]+ (?:min \\d\\d )?s\\.$`),
    );
  });

  it.concurrent('ends so after a failure, too', async () => {
    const plan = failedPlan(failures.noStock(), { preparingMs: 2_000 });
    const { run } = await scenario({ eci: { plan: () => plan } });
    const { stdout } = await run({}, { debug: false });
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^Failed after [\d.]+ (?:min \d\d )?s\. Image cache imc-\w+ \(.*, 20 GiB\) is Failed\.$/,
    );
  });

  it.concurrent('has requests and answers where debug logging is on, without what is secret', async () => {
    const { run, registry } = await scenario({
      registry: { auth: 'token', users: { [LOGIN.username]: LOGIN.password }, blobsElsewhere: true },
    });
    const hosts = { 'plain-http-registry': `${registry.host}, ${registry.blobHost ?? '?'}` };
    const { stdout, outputs } = await run({ ...loginFor(registry.host), ...hosts }, { debug: true });
    expect(stdout).toMatch(
      new RegExp(
        `^::debug::GET http://${registry.host}/v2/acme/shop/manifests/v1\\.2\\.3: HTTP 200, \\d+ bytes after \\d+ ms$`,
        'm',
      ),
    );
    expect(stdout).toMatch(/^::debug::GET http:.*\/token\?.*scope=.*: HTTP 200, \d+ bytes after \d+ ms$/m);
    // A signed URL opens what it leads to.
    expect(stdout).toMatch(/^::debug::GET http:\/\/[^/]+\/… \(redirected\): HTTP 20\d, \d+ bytes/m);
    expect(stdout).toMatch(
      new RegExp(
        `^::debug::CreateImageCache: HTTP 200 after \\d+ ms, request ID ${outputs['request-id'] ?? '?'}; .*ImageRegistryCredential\\.1\\.Password=\\*\\*\\*`,
        'm',
      ),
    );
  });
});

describe('the summary', () => {
  it.concurrent('has result, link, sizes, times and how to deploy it', async () => {
    const { run, images } = await scenario();
    const { summary, outputs } = await run();
    const id = outputs['image-cache-id'] ?? '?';
    expect(summary).toMatch(/^### ✅ ECI image cache: created$/m);
    expect(summary).toContain('(https://eci.console.aliyun.com/#/eci/cn-hangzhou/list)');
    expect(summary).toContain('| Size | 20 GiB, computed |');
    expect(rendered(summary)).toMatch(
      new RegExp(`<code>${images[0]}</code> \\| linux/amd64 \\|.*KiB \\| 1 × `),
    );
    expect(summary).toMatch(/^```mermaid\ngantt\n[^`]*Wait until it is Ready \([\d.]+ s\) :2000-01-01/m);
    expect(summary).toContain(`--ImageSnapshotId ${id}`);
    expect(summary).toContain(`k8s.aliyun.com/eci-imc-id: ${id}`);
  });

  it.concurrent('of a failure begins with what to do', async () => {
    const plan = failedPlan(failures.noStock(), { preparingMs: 2_000 });
    const { run } = await scenario({ eci: { plan: () => plan } });
    const { summary } = await run();
    expect(rendered(summary)).toMatch(
      /^### ❌ ECI image cache: failed\n\n\*\*Image cache .* ended in status Failed\..*\*\*\n\nWhat to do: Name several vSwitches/,
    );
    expect(summary).not.toContain('Deploy with it');
  });

  it.concurrent('of a dry run tells what would be deleted', async () => {
    const { run } = await scenario();
    const { summary } = await run({ 'dry-run': 'true', 'keep-latest': '1' });
    expect(summary).toMatch(/^### ℹ️ ECI image cache: dry run$/m);
    expect(summary).toContain('| Would delete | nothing |');
    expect(summary).not.toContain('Deploy with it');
  });
});
