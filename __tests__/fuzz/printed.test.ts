import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCommand } from '../../dev/runner-commands.js';
import { parseKeyValueFile } from '../../dev/runner-files.js';
import { ActionError, ActionErrors } from '../../src/errors.js';
import { quote } from '../../src/images/quote.js';
import { printable } from '../../src/printable.js';
import { runnerLog } from '../../src/report/console.js';
import { reportFailure } from '../../src/report/ending.js';
import { code, fenced, plain, table } from '../../src/report/markdown.js';
import { outputWriter } from '../../src/report/outputs.js';
import { emptyRecord, startRecord, type RunRecord } from '../../src/report/record.js';
import { Secrets } from '../../src/report/secrets.js';
import { renderSummary } from '../../src/report/summary.js';
import { activeText, renderedBy, shownText } from '../support/markdown.js';
import { stdoutOf } from '../support/stdout.js';
import { anyText } from './support/mutate.js';
import './support/settings.js';

/** Text as a stranger would write it who knows what reads it: commands of the runner, Markdown, HTML. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '::error::x',
          '::set-output name=image-cache-id::imc-evil',
          '::add-mask::a',
          '::stop-commands::t',
          '##[error]x',
        ],
        ...[
          '\n',
          '\r',
          '\r\n',
          '\u2028',
          '\u0085',
          '\u001b[31m',
          '\t',
          ' ',
          '%0A',
          '%0D%0A::error::x',
          ':',
          '::',
        ],
        ...[
          '|',
          '\\|',
          '\\',
          '`',
          '```',
          '~~~',
          '<img src=x onerror=y>',
          '</code>',
          '<!--',
          '&#124;',
          '&lt;',
          '](http://b)',
        ],
        ...[
          '**',
          '_',
          '# ',
          '- ',
          '> ',
          '@someone',
          'https://evil.example',
          'www.evil.example',
          '\n\n| a | b |\n| - | - |\n',
        ],
      ),
      anyText,
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

/** Controls but for line breaks, and what breaks lines or turns text around unseen. */
// eslint-disable-next-line no-control-regex -- naming them is the point
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

const OURS = ['error', 'warning', 'debug', 'group', 'endgroup', 'add-mask'];

/** What the runner makes of a line: a command of ours, or no command in either of its two spellings. */
function assertHarmless(line: string): void {
  expect(line).not.toMatch(UNSEEN);
  const command = parseCommand(line);
  if (command) expect(OURS).toContain(command.name);
  else expect(line).not.toMatch(/^\s*::|##\[/);
}

describe('the log', () => {
  it('has a line for each call, and obeys nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const log = runnerLog(new Secrets(() => undefined), { severalLines: true });
        const written = await stdoutOf(async () => {
          log.info(text);
          log.warning(text);
          await log.group(text, () => Promise.resolve());
        });
        const lines = written.split('\n').slice(0, -1);
        expect(lines).toHaveLength(4);
        for (const line of lines) assertHarmless(line);
        const names = lines.map((line) => parseCommand(line)?.name);
        expect(names).toEqual([undefined, 'warning', 'group', 'endgroup']);
        // What the runner shows of the warning is on one line, too.
        expect(parseCommand(lines[1] ?? '')?.message).not.toMatch(/[\r\n]/);
      }),
    );
  });

  it('has one error for each failure, with its hint on the next line at most', async () => {
    const failure = fc.oneof(
      fc.tuple(hostile, hostile).map(([message, hint]) => new ActionError(message, { hint })),
      hostile.map((message) => new Error(message)),
      fc
        .array(hostile, { minLength: 1, maxLength: 3 })
        .map((all) => new ActionErrors(all.map((one) => new ActionError(one)))),
    );
    await fc.assert(
      fc.asyncProperty(failure, async (error) => {
        const written = await stdoutOf(() => {
          expect(
            reportFailure(error, {
              ...startRecord(() => undefined),
              secrets: new Secrets(() => undefined),
              severalLines: true,
            }),
          ).toBe(1);
        });
        const lines = written.split('\n').slice(0, -1);
        for (const line of lines) {
          assertHarmless(line);
          expect((parseCommand(line)?.message ?? '').split('\n').length).toBeLessThanOrEqual(2);
        }
      }),
    );
  });

  it('quotes on one line', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(quote(text)).not.toMatch(UNSEEN);
        expect(quote(text)).not.toContain('\n');
        if (text.length <= 300) expect(JSON.parse(quote(text))).toBe(text);
      }),
    );
  });

  it('and the summary hold no secret in any form that somebody prints', () => {
    const secret = fc
      .string({ unit: 'grapheme', minLength: 6, maxLength: 20 })
      .filter((text) => text.trim().length > 5);
    const form = fc.constantFrom<(text: string) => string>(
      (text) => text,
      encodeURIComponent,
      encodeURI,
      (text) => JSON.stringify(text).slice(1, -1),
      (text) => Buffer.from(text).toString('base64'),
      (text) => new URLSearchParams({ x: text }).toString().slice(2),
    );
    fc.assert(
      fc.property(secret, form, hostile, hostile, (text, print, before, after) => {
        fc.pre(!/\p{Surrogate}/u.test(text));
        const secrets = new Secrets(() => undefined);
        secrets.add(text);
        expect(secrets.redact(before + print(text) + after)).not.toContain(print(text));
      }),
    );
  });
});

const ROW = { platform: 'linux/amd64', digest: undefined, compressedSizeBytes: undefined };

describe('outputs', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-'));
  const file = path.join(folder, 'output');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('arrive as they were set, and set no other', () => {
    process.env['GITHUB_OUTPUT'] = file;
    fc.assert(
      fc.property(hostile, hostile, (status, name) => {
        writeFileSync(file, '');
        outputWriter({
          env: process.env,
          secrets: new Secrets(() => undefined),
          log: { warning: () => undefined },
        })({
          ...emptyRecord(),
          status,
          images: [{ ...ROW, reference: name }],
        });
        // A file holds no half of a surrogate pair, and the runner's reader takes \r\n for a line's end.
        const read = parseKeyValueFile(readFileSync(file, 'utf8'));
        expect(Object.keys(read).sort()).toEqual([
          'deleted-image-cache-ids',
          'digests',
          'images',
          ...(status === '' ? [] : ['status']),
        ]);
        expect(read['status'] ?? '').toBe(Buffer.from(printable(status)).toString());
        expect(JSON.parse(read['images'] ?? '')).toEqual([printable(name)]);
      }),
    );
    delete process.env['GITHUB_OUTPUT'];
  });
});

describe('Markdown', () => {
  it('plain text and code show as themselves, on one line, in one cell', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const shown of [plain(text), code(text)]) {
          expect(shown).not.toMatch(/[\r\n]/);
          const inside = shown.replace(/<\/?code>/g, '');
          expect(activeText(inside)).not.toMatch(/[<>|`[\]*_]/);
          // No link, no mention: what a library makes of it is text, some of it code.
          const { tags } = renderedBy(`x ${shown}`);
          expect(tags.filter((tag) => !/^<\/?(?:p|code)>$/.test(tag))).toEqual([]);
          // But for controls, which are spelled out.
          expect(shownText(inside)).toBe(printable(text.replace(/[\r\n]+/g, ' ')));
        }
        expect(cellsOf(table(['a', 'b'], [[plain(text), code(text)]]))).toEqual([2, 2, 2]);
      }),
    );
  });

  it('a fence is longer than any inside, so that it cannot be closed', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = fenced('text', text).split('\n');
        const fence = lines.at(-1) ?? '';
        const closing = lines.slice(1, -1).filter((line) => line.trim().startsWith(fence));
        expect(closing).toEqual([]);
      }),
    );
  });
});

/** Cells of each row: what stands between bars that no backslash takes away. */
function cellsOf(markdown: string): number[] {
  return markdown.split('\n').map((row) => (row.replace(/\\[\\|]/g, '').match(/\|/g)?.length ?? 1) - 1);
}

describe('the summary', () => {
  const record: fc.Arbitrary<RunRecord> = fc.record({
    regionId: hostile,
    creating: fc.boolean(),
    allocating: fc.boolean(),
    eipInstanceId: hostile,
    releasedEips: fc.array(hostile, { maxLength: 2 }),
    leftEips: fc.array(
      fc.record({ allocationId: hostile, why: fc.constantFrom('held' as const, 'building' as const) }),
    ),
    result: fc.constantFrom('created', 'reused', 'joined', 'dry-run'),
    status: fc.oneof(fc.constantFrom('Ready', 'Creating'), hostile),
    imageCacheId: hostile,
    imageCacheName: hostile,
    imageCacheSizeGiB: fc.nat(),
    sizeExplanation: fc.array(hostile, { maxLength: 2 }),
    images: fc.array(
      fc.record({
        reference: hostile,
        platform: hostile,
        digest: fc.option(hostile, { nil: undefined }),
        compressedSizeBytes: fc.nat(),
        unpackedSizeBytes: fc.nat(),
      }),
      { maxLength: 2 },
    ),
    pods: fc.array(
      fc.record({
        label: hostile,
        file: hostile,
        doubts: fc.array(hostile, { maxLength: 2 }),
        isAnnotated: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
    manifestNotes: fc.array(hostile, { maxLength: 2 }),
    match: fc.record({ verdict: fc.constantFrom('this', 'other'), text: hostile }),
    movingTags: fc.array(hostile, { maxLength: 2 }),
    otherContent: fc.array(hostile, { maxLength: 2 }),
    failedBefore: fc.array(hostile, { maxLength: 2 }),
    surplus: fc.array(hostile, { maxLength: 2 }),
    keptInUse: fc.array(hostile, { maxLength: 2 }),
    deleted: fc.array(hostile, { maxLength: 2 }),
    diagnosis: fc.record({
      cause: fc.constant(undefined),
      hints: fc.constant([]),
      events: fc.array(hostile, { maxLength: 2 }),
    }),
    failures: fc.array(fc.record({ message: hostile, hint: fc.option(hostile, { nil: undefined }) }), {
      maxLength: 2,
    }),
    phases: fc.constant([]),
  });

  it('has the tables, headings and tags that we write, and no others', () => {
    fc.assert(
      fc.property(record, (one) => {
        const outside = outsideFences(renderSummary(one));
        for (const rows of tablesIn(outside)) expect(new Set(cellsOf(rows.join('\n'))).size).toBe(1);
        for (const line of outside) {
          expect(line.replace(/<\/?code>|<br>|<\/?(?:details|summary)>/g, '')).not.toMatch(/</);
          expect(line).not.toMatch(/!\[|https?:\/\/(?!eci\.console\.aliyun\.com\/)/);
          if (/^\s{0,3}#/.test(line)) expect(line).toMatch(/^#{3,4} \S/);
        }
      }),
    );
  });
});

function outsideFences(markdown: string): string[] {
  let fence: string | undefined;
  return markdown.split('\n').filter((line) => {
    const run = /^`{3,}/.exec(line)?.[0];
    if (fence === undefined) {
      fence = run;
      return run === undefined;
    }
    if (line === fence) fence = undefined;
    return false;
  });
}

/** Rows that stand together. */
function tablesIn(lines: readonly string[]): string[][] {
  const tables: string[][] = [];
  let open = false;
  for (const line of lines) {
    const isRow = line.startsWith('|');
    if (isRow && !open) tables.push([]);
    if (isRow) tables.at(-1)?.push(line);
    open = isRow;
  }
  return tables;
}
