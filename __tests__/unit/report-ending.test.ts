import { describe, expect, it } from '@jest/globals';
import { ActionError, ActionErrors, InputError } from '../../src/errors.js';
import { Cancelled } from '../../src/process.js';
import { lastLine, lastLineOfFailure, reportFailure, reportSuccess } from '../../src/report/ending.js';
import { emptyRecord, startRecord, type Note, type RunRecord } from '../../src/report/record.js';
import { Secrets } from '../../src/report/secrets.js';
import { aServiceError } from '../support/caches.js';
import { stdoutOf } from '../support/stdout.js';

const record = (fields: Partial<RunRecord> = {}): RunRecord => ({ ...emptyRecord(), ...fields });

function started(fields: Partial<RunRecord>): { record: RunRecord; note: Note } {
  const start = startRecord(() => undefined);
  start.note(fields);
  return start;
}

const phases = [
  { title: 'outer', startMs: 0, endMs: 62_000 },
  { title: 'inner', startMs: 10_000, endMs: 20_000 },
];
const known = { imageCacheId: 'imc-1', imageCacheName: 'shop-v1', imageCacheSizeGiB: 20, phases };

describe('the last line', () => {
  it.each<[Partial<RunRecord>, string]>([
    [
      { ...known, result: 'created', status: 'Ready' },
      'Image cache imc-1 (shop-v1, 20 GiB) is Ready (created). It took 1 min 02 s.',
    ],
    [
      { ...known, result: 'reused', status: 'Ready' },
      'Image cache imc-1 (shop-v1, 20 GiB) is Ready (reused, nothing was created). It took 1 min 02 s.',
    ],
    [
      { ...known, result: 'joined', status: 'Creating' },
      'Image cache imc-1 (shop-v1, 20 GiB) is Creating (joined, it was already being built). It took 1 min 02 s.',
    ],
    [
      { imageCacheId: 'imc-1', result: 'reused', status: 'Ready', deleted: ['imc-7', 'imc-8'] },
      'Image cache imc-1 is Ready (reused, nothing was created). It took 0.0 s. Old caches deleted: 2.',
    ],
    [
      { ...known, result: 'dry-run' },
      'Dry run: nothing was created or deleted. It would use imc-1 (shop-v1, 20 GiB). It took 1 min 02 s.',
    ],
    [
      { imageCacheName: 'shop-v1', imageCacheSizeGiB: 20, result: 'dry-run' },
      'Dry run: nothing was created or deleted. It would create shop-v1 (20 GiB). It took 0.0 s.',
    ],
    [{ result: 'dry-run' }, 'Dry run: nothing was created or deleted. It took 0.0 s.'],
  ])('%#', (fields, line) => {
    expect(lastLine(record(fields))).toBe(line);
  });

  it.each<[Partial<RunRecord>, string]>([
    [{ phases }, 'Failed after 1 min 02 s.'],
    [
      { ...known, status: 'Failed' },
      'Failed after 1 min 02 s. Image cache imc-1 (shop-v1, 20 GiB) is Failed.',
    ],
    [{ imageCacheId: 'imc-1', phases }, 'Failed after 1 min 02 s. Image cache imc-1 was requested.'],
  ])('of a failure, %#', (fields, line) => {
    expect(lastLineOfFailure(record(fields))).toBe(line);
  });

  it('is printed without a secret or a command of somebody else’s', async () => {
    const secrets = new Secrets(() => undefined);
    secrets.add('password');
    const fields = { ...known, imageCacheName: 'a password\n::error::x', status: 'Ready' };
    const written = await stdoutOf(() => {
      reportSuccess({ record: record(fields), secrets });
    });
    expect(written).toBe(
      'Image cache imc-1 (a ***\\u000a::error::x, 20 GiB) is Ready. It took 1 min 02 s.\n',
    );
  });
});

/** What a failure prints, as the runner would read it, and what it leaves behind. */
async function failed(
  error: unknown,
  fields: Partial<RunRecord> = {},
): Promise<{ exitCode: number; errors: string[]; debugs: string[]; record: RunRecord }> {
  const secrets = new Secrets(() => undefined);
  secrets.add('password');
  const reporting = { secrets, severalLines: true, ...started(fields) };
  let exitCode = NaN;
  const written = await stdoutOf(() => (exitCode = reportFailure(error, reporting)));
  const commands = (name: string): string[] =>
    written
      .split('\n')
      .filter((line) => line.startsWith(`::${name}::`))
      .map((line) =>
        line
          .slice(name.length + 4)
          .replaceAll('%0A', '\n')
          .replaceAll('%25', '%'),
      );
  expect(written.split('\n').filter((line) => line !== '' && !/^::(error|debug)::/.test(line))).toEqual([]);
  return { exitCode, errors: commands('error'), debugs: commands('debug'), record: reporting.record };
}

describe('a failure', () => {
  it.each<[string, unknown, string[]]>([
    ['with a next step', new ActionError('It failed.', { hint: 'Mend it.' }), ['It failed.\nMend it.']],
    ['without one', new ActionError('It failed.'), ['It failed.']],
    ['of an input', new InputError('images', 'is empty', 'Set it.'), ['Input images: is empty\nSet it.']],
    ['of the service', aServiceError('quota'), ['Call failed: quota.\nMend quota.']],
    [
      'of several inputs',
      new ActionErrors([new InputError('a', 'one'), new InputError('b', 'two', 'Mend two.')]),
      ['Input a: one', 'Input b: two\nMend two.'],
    ],
    [
      'inside of others',
      new ActionErrors([
        new ActionErrors([new ActionError('one'), new ActionError('two')]),
        new ActionError('three'),
      ]),
      ['one', 'two', 'three'],
    ],
  ])('%s is one error each', async (_, error, errors) => {
    const told = await failed(error);
    expect(told.errors).toEqual(errors);
    expect(told.exitCode).toBe(1);
    expect(told.debugs).toEqual([]);
    expect(told.record.failures).toHaveLength(errors.length);
  });

  it.each([
    [new TypeError('x is not a function'), 'Unexpected failure: x is not a function'],
    ['only a text', 'Unexpected failure: only a text'],
    [undefined, 'Unexpected failure: undefined'],
    [null, 'Unexpected failure: null'],
  ])('that nobody foresaw is a defect, and says so: %s', async (error, message) => {
    const { errors, exitCode } = await failed(error);
    expect(errors).toEqual([expect.stringMatching(/^Unexpected failure: [^\n]*\n.*bug in the action/)]);
    expect(errors[0]?.split('\n')[0]).toBe(message);
    expect(exitCode).toBe(1);
  });

  it('that nobody foresaw has its stack in the debug log, line by line', async () => {
    const { debugs } = await failed(new TypeError('with the password'));
    expect(debugs[0]).toBe('TypeError: with the ***');
    expect(debugs.length).toBeGreaterThan(1);
  });

  it('holds neither a secret nor a command of somebody else’s, nor a line of it', async () => {
    const { errors } = await failed(
      new ActionError('the password\n::error::x', { hint: '##[error] p%61ssword' }),
    );
    expect(errors).toEqual(['the ***\\u000a::error::x\n#\\#[error] p%61ssword']);
  });
});

describe('the log of a failure', () => {
  const written = (fields: Partial<RunRecord>): Promise<string> =>
    stdoutOf(() =>
      reportFailure(new ActionError('It failed.'), {
        secrets: new Secrets(() => undefined),
        severalLines: true,
        ...started(fields),
      }),
    );

  it('ends in a line that tells what there is now', async () => {
    expect(await written({ ...known, status: 'Failed' })).toBe(
      '::error::It failed.\nFailed after 1 min 02 s. Image cache imc-1 (shop-v1, 20 GiB) is Failed.\n',
    );
  });

  it('is not folded away with the phase that was cut short', async () => {
    const open = { title: 'wait', startMs: 0, endMs: 62_000, open: true };
    expect(await written({ phases: [open] })).toMatch(/^::endgroup::\n::error::It failed\./);
  });

  it('has no such line where nothing was begun', async () => {
    expect(await written({})).toBe('::error::It failed.\n');
  });
});

describe('a cancel', () => {
  it.each<[string, Partial<RunRecord>, RegExp]>([
    ['before anything was made', {}, /^Cancelled \(SIGTERM\)\. No cache was being made\.$/],
    [
      'while the answer of a create is awaited',
      { creating: true },
      /its ID is not known yet[^]*Run this step again/,
    ],
    [
      'while the cache is built',
      { imageCacheId: 'imc-1', status: 'Creating' },
      /imc-1 was left alone[^]*joins the cache/,
    ],
    ['right after the create', { imageCacheId: 'imc-1' }, /imc-1 was left alone[^]*joins the cache/],
  ])('%s says what is left', async (_, fields, words) => {
    const { errors, debugs } = await failed(new Cancelled('SIGTERM'), fields);
    expect(errors).toEqual([expect.stringMatching(words)]);
    expect(debugs).toEqual([]);
  });

  it.each(['Ready', 'Failed', 'UpdateFailed'])(
    'of a cache that is %s does not say that it is being built',
    async (status) => {
      const { errors } = await failed(new Cancelled('SIGINT'), { imageCacheId: 'imc-1', status });
      expect(errors[0]).not.toContain('keeps building');
    },
  );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends with %d', async (name, exitCode) => {
    expect((await failed(new Cancelled(name))).exitCode).toBe(exitCode);
  });
});
