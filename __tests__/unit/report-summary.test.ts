import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyRecord, type RunRecord } from '../../src/report/record.js';
import { Secrets } from '../../src/report/secrets.js';
import { renderSummary, writeSummary } from '../../src/report/summary.js';
import { rememberedLog } from '../support/log.js';
import { activeText, shownText } from '../support/markdown.js';

const record = (fields: Partial<RunRecord> = {}): RunRecord => ({ ...emptyRecord(), ...fields });

const READY: Partial<RunRecord> = {
  regionId: 'cn-hangzhou',
  result: 'created',
  status: 'Ready',
  imageCacheId: 'imc-1',
  imageCacheName: 'shop-v1',
  imageCacheSizeGiB: 25,
  sizeExplanation: ['10 GiB of layers', '+ 10 % margin'],
  images: [
    {
      reference: 'ghcr.io/acme/shop:v1',
      platform: 'linux/amd64',
      digest: `sha256:0123456789ab${'c'.repeat(52)}`,
      compressedSizeBytes: 2 ** 30,
      unpackedSizeBytes: 2 ** 31,
    },
  ],
  phases: [{ title: 'a', startMs: 0, endMs: 199_000 }],
};

describe('the summary', () => {
  it('of a cache that is Ready has everything that is worth knowing', () => {
    const shown = shownText(renderSummary(record(READY)));
    expect(shown).toContain('✅');
    expect(shown).toContain('It took 3 min 19 s.');
    expect(shown).toMatch(/\| ID \| <code>imc-1<\/code> \|/);
    expect(shown).toMatch(/\| Size \| 25 GiB \|/);
    expect(shown).toMatch(
      /shop:v1<\/code> \| linux\/amd64 \| <code>sha256:0123456789ab<\/code> \| 1\.00 GiB \| 2\.00 GiB \|/,
    );
    expect(shown).toContain('10 GiB of layers\n+ 10 % margin');
    expect(shown).toContain('k8s.aliyun.com/eci-imc-id: imc-1');
    expect(shown).not.toContain('❌');
  });

  it.each<[string, Partial<RunRecord>]>([
    ['is still being built', { ...READY, status: 'Creating' }],
    ['failed', { ...READY, failures: [{ message: 'It failed.', hint: undefined }] }],
    ['is not there', {}],
  ])('of a cache that %s does not say how to deploy it, nor that all is well', (_, fields) => {
    const markdown = renderSummary(record(fields));
    expect(markdown).not.toContain('eci-imc-id');
    expect(markdown).not.toContain('✅');
  });

  it('of a failure has each error with its next step, and the events', () => {
    const shown = shownText(
      renderSummary(
        record({
          failures: [
            { message: 'One failed.', hint: 'Mend it.' },
            { message: 'Two failed.', hint: undefined },
          ],
          diagnosis: { cause: 'Too small.', hints: [], events: ['Warning Failed: no space'] },
          failedBefore: ['imc-7', 'imc-8'],
        }),
      ),
    );
    expect(shown).toContain('❌');
    expect(shown).toMatch(/One failed\.[^]*Mend it\.[^]*Two failed\.[^]*Warning Failed: no space/);
    expect(shown).toContain('<code>imc-7</code> <code>imc-8</code>');
  });

  it('has no row for what is not known', () => {
    const markdown = renderSummary(record({ status: 'Preparing' }));
    expect(markdown).not.toMatch(/undefined|\| (ID|Name|Size|Deleted|Failed before) \|/);
  });

  it('says where a digest was not read', () => {
    const image = {
      reference: 'a:1',
      platform: 'linux/amd64',
      digest: undefined,
      compressedSizeBytes: undefined,
    };
    expect(renderSummary(record({ images: [image] }))).toMatch(/not read \| {2}\| {2}\|/);
  });
});

describe('hostile text in any field', () => {
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '<img src=x>',
          '</code>',
          '|',
          '`',
          '```',
          '[a](b)',
          '![a](b)',
          '\n',
          '\r\n## x\n',
          '\\',
          '**',
          '<!--',
        ),
        fc.string({ maxLength: 5 }),
        fc.string({ unit: 'binary', maxLength: 4 }),
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((parts) => parts.join(''));
  const anyRecord = fc.record({
    regionId: text,
    status: text,
    imageCacheId: text,
    imageCacheName: text,
    imageCacheSizeGiB: fc.nat(),
    sizeExplanation: fc.array(text, { maxLength: 3 }),
    images: fc.array(
      fc.record({
        reference: text,
        platform: text,
        digest: fc.option(text, { nil: undefined }),
        compressedSizeBytes: fc.option(fc.nat(), { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
    failedBefore: fc.array(text, { maxLength: 2 }),
    deleted: fc.array(text, { maxLength: 2 }),
    diagnosis: fc.record({ cause: text, hints: fc.array(text), events: fc.array(text, { maxLength: 3 }) }),
    failures: fc.array(fc.record({ message: text, hint: fc.option(text, { nil: undefined }) }), {
      maxLength: 2,
    }),
  });

  /** The lines outside of fenced blocks, without the tags that are ours. */
  function openLines(markdown: string): string[] {
    const lines: string[] = [];
    let fence: string | undefined;
    for (const line of markdown.split('\n')) {
      const mark = /^`{3,}/.exec(line)?.[0];
      if (fence === undefined && mark !== undefined) fence = mark;
      else if (fence === undefined) lines.push(activeText(line.replace(/<\/?code>|^ {2}<br>/g, '')));
      else if (line === fence) fence = undefined;
    }
    expect(fence).toBeUndefined();
    return lines;
  }

  it('stays text', () => {
    fc.assert(
      fc.property(anyRecord, (fields) => {
        for (const line of openLines(renderSummary(record(fields)))) {
          expect(line).not.toMatch(/[<`[\]\r]/);
          // Two columns of facts, or five of images.
          if (line.includes('|'))
            expect([4, 7]).toContain(line.split('|').length + (line.startsWith('|') ? 0 : 99));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('writing it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'summary-'));
  const before = process.env['GITHUB_STEP_SUMMARY'];
  afterEach(() => {
    if (before === undefined) delete process.env['GITHUB_STEP_SUMMARY'];
    else process.env['GITHUB_STEP_SUMMARY'] = before;
    rmSync(directory, { recursive: true, force: true });
  });

  // The library remembers the first file that it wrote to: what cannot be written goes first.
  it('where that is not possible is a warning', async () => {
    process.env['GITHUB_STEP_SUMMARY'] = join(directory, 'no', 'such', 'file');
    const log = rememberedLog();
    await writeSummary({ record: record(READY), secrets: new Secrets(() => undefined), log });
    expect(log.warnings).toEqual([expect.stringContaining('The job summary cannot be written')]);
  });

  it('leaves every secret out', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'summary-')), 'summary.md');
    writeFileSync(file, '');
    process.env['GITHUB_STEP_SUMMARY'] = file;
    const secrets = new Secrets(() => undefined);
    secrets.add('pa$$word*[1]');
    const log = rememberedLog();
    await writeSummary({
      record: record({
        ...READY,
        imageCacheName: 'pa$$word*[1]',
        failures: [{ message: 'login pa$$word*[1] refused', hint: 'not pa%24%24word*%5B1%5D' }],
        diagnosis: { cause: undefined, hints: [], events: ['event pa$$word*[1]'] },
      }),
      secrets,
      log,
    });
    const markdown = readFileSync(file, 'utf8');
    rmSync(file);
    expect(log.warnings).toEqual([]);
    expect(shownText(markdown)).toContain('login *** refused');
    expect(markdown + shownText(markdown)).not.toMatch(/word/);
  });
});
