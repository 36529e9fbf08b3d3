import { describe, expect, it } from '@jest/globals';
import { parseCommand, type PrintedLine, renderLog, summarizeCommands } from '../../dev/runner-commands.js';
import { eventVariables, inputVariables } from '../../dev/runner-env.js';
import { parseKeyValueFile } from '../../dev/runner-files.js';

function printed(...texts: string[]): PrintedLine[] {
  return texts.map((text) => ({ stream: 'stdout', text }));
}

describe('parseCommand', () => {
  it.each([
    ['::error::no quota', { name: 'error', properties: {}, message: 'no quota' }],
    [
      '::error title=A%3A b%2C c,file=x::text',
      { name: 'error', properties: { title: 'A: b, c', file: 'x' }, message: 'text' },
    ],
    ['::add-mask::p%40%25%0A%0Dw', { name: 'add-mask', properties: {}, message: 'p%40%\n\rw' }],
    ['::debug::a %250A b', { name: 'debug', properties: {}, message: 'a %0A b' }],
    ['  ::group::Look up', { name: 'group', properties: {}, message: 'Look up' }],
    ['::endgroup::', { name: 'endgroup', properties: {}, message: '' }],
    ['::warning::a::b', { name: 'warning', properties: {}, message: 'a::b' }],
    ['plain text', undefined],
    ['text ::error::x', undefined],
    ['::', undefined],
  ])('%s', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });
});

describe('summarizeCommands', () => {
  it('collects by kind, and nothing while commands are stopped', () => {
    const summary = summarizeCommands(
      printed(
        '::add-mask::secret',
        '::group::One',
        '::error title=T::bad',
        '::stop-commands::halt',
        '::error::not one',
        '::halt::',
        '::warning::hm',
        '::notice::so',
        '::debug::deep',
        '::endgroup::',
        '::sneaky::x',
      ),
    );
    expect(summary).toMatchObject({
      errors: ['bad'],
      warnings: ['hm'],
      notices: ['so'],
      debug: ['deep'],
      masks: ['secret'],
      groups: ['One'],
      annotations: [{ name: 'error', properties: { title: 'T' } }, { name: 'warning' }, { name: 'notice' }],
      unknown: [{ name: 'halt' }, { name: 'sneaky' }].slice(1),
    });
  });
});

describe('renderLog', () => {
  const lines = printed(
    'before secret-1',
    '::add-mask::secret-1%0Asecret-22',
    '::group::Images',
    'login secret-1 and secret-22',
    '::debug::deep secret-1',
    '::endgroup::',
    '::error title=T::failed%0Abecause of secret-22',
    '::warning::w',
    '::notice::n',
  );

  it('shows what a user sees: masked from the mask on, indented in groups, without debug', () => {
    expect(renderLog(lines)).toBe(
      [
        'before secret-1',
        '▼ Images',
        '  login *** and ***',
        'Error: failed',
        'because of ***',
        'Warning: w',
        'Notice: n',
        '',
      ].join('\n'),
    );
  });

  it('leaves nothing of a secret that starts with another', () => {
    expect(renderLog(printed('::add-mask::abc', '::add-mask::abc-def', 'x abc-def y'))).toBe('x *** y\n');
  });

  it('shows debug lines where debug logging is on', () => {
    expect(renderLog(lines, true)).toContain('  ##[debug]deep ***\n');
  });
});

describe('parseKeyValueFile', () => {
  it.each([
    ['', {}],
    ['a=1\nb=x=y\n', { a: '1', b: 'x=y' }],
    ['a<<E\none\n\ntwo\nE\nb=2\n', { a: 'one\n\ntwo', b: '2' }],
    ['a<<E\nE\n', { a: '' }],
    ['a<<E\r\none\r\nE\r\n', { a: 'one' }],
    ['image-cache-id<<ghadelimiter_1\nimc-1\nghadelimiter_1\n', { 'image-cache-id': 'imc-1' }],
    ['a=1\na=2\n', { a: '2' }],
  ])('%j', (text, values) => {
    expect(parseKeyValueFile(text)).toEqual(values);
  });

  it.each(['just text\n', '=1\n', 'a<<E\none\n', 'a<<\nx\n'])('refuses %j', (text) => {
    expect(() => parseKeyValueFile(text)).toThrow(/Invalid format|delimiter/);
  });
});

describe('variables', () => {
  it('names inputs as the runner does', () => {
    expect(inputVariables({ 'image-cache-size': 'auto', 'two words': '' })).toEqual({
      'INPUT_IMAGE-CACHE-SIZE': 'auto',
      INPUT_TWO_WORDS: '',
    });
  });

  it.each([
    ['push', { ref: 'refs/tags/v1/rc', after: 'abc' }, 'refs/tags/v1/rc', 'tag', 'v1/rc'],
    ['push', { ref: 'refs/heads/main' }, 'refs/heads/main', 'branch', 'main'],
    ['create', { ref: 'v2', ref_type: 'tag' }, 'refs/tags/v2', 'tag', 'v2'],
    ['create', { ref: 'topic', ref_type: 'branch' }, 'refs/heads/topic', 'branch', 'topic'],
    ['release', { release: { tag_name: 'v3' } }, 'refs/tags/v3', 'tag', 'v3'],
    ['pull_request', { pull_request: { number: 7 } }, 'refs/pull/7/merge', 'branch', '7/merge'],
    [
      'merge_group',
      { merge_group: { head_ref: 'refs/heads/queue/1' } },
      'refs/heads/queue/1',
      'branch',
      'queue/1',
    ],
    ['workflow_run', {}, 'refs/heads/main', 'branch', 'main'],
  ])('of %s with %j: %s', (name, payload, ref, type, refName) => {
    expect(eventVariables({ name, payload })).toMatchObject({
      GITHUB_EVENT_NAME: name,
      GITHUB_REF: ref,
      GITHUB_REF_TYPE: type,
      GITHUB_REF_NAME: refName,
      GITHUB_REPOSITORY: 'acme/shop',
    });
  });

  it("takes repository and commit from the payload's", () => {
    const payload = { ref: 'refs/tags/v1', after: 'abc', repository: { full_name: 'octo/hello' } };
    expect(eventVariables({ name: 'push', payload })).toMatchObject({
      GITHUB_REPOSITORY: 'octo/hello',
      GITHUB_REPOSITORY_OWNER: 'octo',
      GITHUB_SHA: 'abc',
    });
  });
});
