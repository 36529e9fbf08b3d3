import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyRecord, type RunRecord } from '../../src/report/record.js';
import { Secrets } from '../../src/report/secrets.js';
import { renderSummary } from '../../src/report/summary.js';
import { writeSummary } from '../../src/report/write-summary.js';
import { rememberedLog } from '../support/log.js';
import { activeText, shownText } from '../support/markdown.js';
import { wildText } from '../support/wild-text.js';

const record = (fields: Partial<RunRecord> = {}): RunRecord => ({ ...emptyRecord(), ...fields });

const READY: Partial<RunRecord> = {
  regionId: 'cn-hangzhou',
  result: 'created',
  status: 'Ready',
  imageCacheId: 'imc-1',
  imageCacheName: 'shop-v1',
  imageCacheSizeGiB: 25,
  sizeOrigin: 'computed',
  sizeExplanation: ['10 GiB of layers', '+ 10 % margin'],
  images: [
    {
      reference: 'ghcr.io/acme/shop:v1',
      platform: 'linux/amd64',
      digest: `sha256:0123456789ab${'c'.repeat(52)}`,
      compressedSizeBytes: 2 ** 30,
      unpackedSizeBytes: 2 ** 31,
      measuredBy: '2 × gzip trailer',
    },
  ],
  phases: [{ title: 'a', startMs: 0, endMs: 199_000 }],
};

describe('the summary', () => {
  it('of a cache that is Ready has everything that is worth knowing', () => {
    const shown = shownText(renderSummary(record(READY)));
    expect(shown).toMatch(/^### ✅ ECI image cache: created\n/);
    expect(shown).toContain('It took 3 min 19 s.');
    expect(shown).toMatch(/\| ID \| <code>imc-1<\/code> \|/);
    expect(shown).toMatch(/\| Size \| 25 GiB, computed \|/);
    expect(shown).toMatch(
      /shop:v1<\/code> \| linux\/amd64 \| <code>sha256:0123456789ab<\/code> \| 1\.00\sGiB \| 2\.00\sGiB \| 2 × gzip trailer \|/,
    );
    expect(shown).toContain(
      '<code>cn-hangzhou</code> · [ECI console](https://eci.console.aliyun.com/#/eci/cn-hangzhou/list)',
    );
    expect(shown).toContain('10 GiB of layers\n+ 10 % margin');
    expect(shown).toContain('k8s.aliyun.com/eci-imc-id: imc-1');
    expect(shown).toContain('--ImageSnapshotId imc-1');
    expect(shown).toContain('a (3 min 19 s) :2000-01-01');
    expect(shown).not.toContain('❌');
  });

  it.each<[string, Partial<RunRecord>]>([
    ['is still being built', { ...READY, status: 'Creating' }],
    ['failed', { ...READY, failures: [{ message: 'It failed.', hint: undefined }] }],
    ['is not there', {}],
    ['would be reused by a dry run', { ...READY, result: 'dry-run' }],
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

  it.each<[string, Partial<RunRecord>]>([
    ['✅ ECI image cache: reused', { ...READY, result: 'reused' }],
    ['✅ ECI image cache: joined', { ...READY, result: 'joined' }],
    ['ℹ️ ECI image cache: created, not Ready yet', { ...READY, status: 'Preparing' }],
    ['ℹ️ ECI image cache: dry run', { ...READY, result: 'dry-run' }],
    ['❌ ECI image cache: failed', { failures: [{ message: 'a', hint: undefined }] }],
    [
      '❌ ECI image cache: failed',
      { ...READY, status: 'Failed', failures: [{ message: 'a', hint: undefined }] },
    ],
    [
      '❌ ECI image cache: not Ready yet',
      { ...READY, status: 'Creating', failures: [{ message: 'a', hint: undefined }] },
    ],
  ])('says in its title: %s', (title, fields) => {
    expect(shownText(renderSummary(record(fields))).split('\n')[0]).toBe(`### ${title}`);
  });

  it('of a failure has what to do before everything else, each hint by itself', () => {
    const diagnosis = { cause: 'Not pulled.', hints: ['Log in.', 'Open the list.'], events: ['Warning'] };
    const shown = shownText(
      renderSummary(
        record({
          ...READY,
          diagnosis,
          failures: [{ message: 'It failed.', hint: 'Log in. Open the list.' }],
        }),
      ),
    );
    expect(shown).toMatch(
      /^###[^\n]*\n\n\*\*It failed\.\*\*\n\nWhat to do:\n\n- Log in\.\n- Open the list\.\n\n\| ID/,
    );
  });

  it('of an explicit size tells whose word it is', () => {
    const shown = shownText(renderSummary(record({ ...READY, sizeOrigin: 'explicit' })));
    expect(shown).toContain('| Size | 25 GiB, as image-cache-size says |');
    expect(shown).toContain('According to the registry, the images take:\n\n```text\n10 GiB of layers');
  });

  it.each<[string, Partial<RunRecord>, boolean]>([
    ['that is built still', { ...READY, status: 'Preparing' }, true],
    ['that is Ready', READY, false],
    ['that a dry run found', { ...READY, status: 'Preparing', result: 'dry-run' }, false],
  ])('warns of deploying with a cache %s', (_, fields, warned) => {
    expect(shownText(renderSummary(record(fields))).includes('once it is Ready')).toBe(warned);
  });

  it.each<[readonly string[], string]>([
    [['imc-7'], '| Would delete | <code>imc-7</code> |'],
    [[], '| Would delete | nothing |'],
  ])('of a dry run tells what it would have deleted: %j', (wouldDelete, row) => {
    expect(renderSummary(record({ ...READY, result: 'dry-run', wouldDelete }))).toContain(row);
  });

  it('stays below what GitHub takes, and says what is missing', () => {
    const long = 'x'.repeat(100_000);
    const failures = Array.from({ length: 500 }, () => ({ message: long, hint: long }));
    const diagnosis = { cause: long, hints: [long], events: Array.from({ length: 500 }, () => long) };
    const images = Array.from({ length: 20 }, () => ({
      reference: long,
      platform: 'linux/amd64',
      digest: undefined,
      compressedSizeBytes: undefined,
    }));
    const markdown = renderSummary(record({ ...READY, failures, diagnosis, images }));
    expect(Buffer.byteLength(markdown)).toBeLessThan(2 ** 20);
    expect(markdown).toContain('And 480 more: see the log.');
    expect(markdown).toMatch(/^#### Events of the build$/m);
    expect(markdown).not.toMatch(/^#### Images$/m);
    expect(markdown).toMatch(/^#### Size$/m);
    expect(markdown.endsWith('The rest is too long for a summary: see the log.')).toBe(true);
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
    expect(renderSummary(record({ images: [image] }))).toMatch(/not known \| {2}\|$/m);
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
        wildText({ maxLength: 4 }),
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
    wouldDelete: fc.array(text, { maxLength: 2 }),
    phases: fc.array(fc.record({ title: text, startMs: fc.nat(), endMs: fc.nat() }), { maxLength: 2 }),
    sizeExplanation: fc.array(text, { maxLength: 3 }),
    images: fc.array(
      fc.record({
        reference: text,
        platform: text,
        digest: fc.option(text, { nil: undefined }),
        compressedSizeBytes: fc.option(fc.nat(), { nil: undefined }),
        unpackedSizeBytes: fc.option(fc.nat(), { nil: undefined }),
        measuredBy: fc.option(text, { nil: undefined }),
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
      else if (fence === undefined)
        lines.push(activeText(line.replace(/<\/?code>|`spec\.template`|\[ECI console\]\(https[^)]*\)/g, '')));
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
          // Two columns of facts, or four or six of images.
          if (line.includes('|'))
            expect([4, 6, 8]).toContain(line.split('|').length + (line.startsWith('|') ? 0 : 99));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('writing it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'summary-'));
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('where that is not possible is a warning', async () => {
    const env = { GITHUB_STEP_SUMMARY: join(directory, 'no', 'such', 'file') };
    const log = rememberedLog();
    await writeSummary({ record: record(READY), secrets: new Secrets(() => undefined), log, env });
    expect(log.warnings).toEqual([expect.stringContaining('The job summary cannot be written')]);
  });

  it('leaves every secret out', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'summary-')), 'summary.md');
    writeFileSync(file, '');
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
      env: { GITHUB_STEP_SUMMARY: file },
    });
    const markdown = readFileSync(file, 'utf8');
    rmSync(file);
    expect(log.warnings).toEqual([]);
    expect(shownText(markdown)).toContain('login *** refused');
    expect(markdown + shownText(markdown)).not.toMatch(/word/);
  });
});
