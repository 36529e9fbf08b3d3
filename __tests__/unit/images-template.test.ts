import { describe, expect, it } from '@jest/globals';
import type { PushedTag } from '../../src/context.js';
import { InputError } from '../../src/errors.js';
import { checkTemplate, renderTag } from '../../src/images/template.js';

const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const NO_TAG: PushedTag = {
  known: false,
  problem: 'the push event runs on the branch "main"',
  hint: 'Push a tag.',
};

function render(template: string, tag: string): string {
  return renderTag(template, { tag: { known: true, name: tag }, sha: SHA });
}

function errorOf(work: () => unknown): InputError {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('renderTag', () => {
  it.each([
    ['{{tag}}', 'v1.2.3', 'v1.2.3'],
    ['{{ tag }}', 'nightly', 'nightly'],
    ['{{version}}', 'v1.2.3-rc.1', '1.2.3-rc.1'],
    ['{{version}}', '1.2.3', '1.2.3'],
    ['{{version}}', 'vanilla', 'vanilla'],
    ['{{version}}', 'app-v1.2.3', 'app-v1.2.3'],
    ['{{major}}', 'v1.2.3', '1'],
    ['{{major}}.{{minor}}', 'v10.20.30-rc.1+b', '10.20'],
    ['v{{ major }}.{{ minor }}.{{ patch }}', '1.2.3', 'v1.2.3'],
    ['{{sha}}', 'v1', SHA],
    ['sha-{{short-sha}}', 'v1', 'sha-6dcb09b'],
    ['{{version}}-{{short-sha}}-alpine', 'v1.2.3', '1.2.3-6dcb09b-alpine'],
    ['stable', 'v1.2.3', 'stable'],
    // A tag is text, never a replacement pattern or a template.
    ['{{tag}}', '1.2.3', '1.2.3'],
  ])('%s of %s', (template, tag, expected) => {
    expect(render(template, tag)).toBe(expected);
  });

  it('needs no tag where the template does not', () => {
    expect(renderTag('sha-{{short-sha}}', { tag: NO_TAG, sha: SHA })).toBe('sha-6dcb09b');
  });

  it.each(['{{tag}}', '{{version}}', '{{major}}', 'x-{{ patch }}'])(
    '%s carries the problem of the event',
    (template) => {
      const error = errorOf(() => renderTag(template, { tag: NO_TAG, sha: SHA }));
      expect(error.input).toBe('images');
      expect(error.message).toContain(`"${template}", but the push event runs on the branch "main"`);
      expect(error.hint).toBe('Push a tag.');
    },
  );

  it.each(['nightly', 'app-v1.2.3', 'v1.2', '1.2.3.4', '=1.2.3'])('{{major}} of %s names the tag', (tag) => {
    const error = errorOf(() => render('{{ major }}', tag));
    expect(error.message).toBe(
      `Input image-tag: {{ major }} needs a semantic version, and the pushed tag is "${tag}"`,
    );
    expect(error.hint).toContain('{{version}}');
  });

  it.each([
    ['{{tag}}', 'release/1.2', 'a tag cannot contain "/"', 'would have pushed release-1.2:'],
    ['{{tag}}', 'feature//x', 'a tag cannot contain "/"', 'would have pushed feature-x:'],
    ['{{version}}', 'v1.2.3+build', 'a tag cannot contain "+"', 'would have pushed 1.2.3-build:'],
    ['{{tag}}', '$&{{tag}}', 'a tag cannot contain "$"', 'Write the images with the tag'],
    ['{{tag}}', '日本', 'a tag cannot contain "日"', 'Write the images with the tag'],
    ['{{tag}}', 't'.repeat(129), 'the tag has 129 characters', 'Write the images with the tag'],
  ])('%s of %s is no image tag', (template, tag, why, hint) => {
    const error = errorOf(() => render(template, tag));
    expect(error.input).toBe('image-tag');
    expect(error.message).toContain(why);
    expect(error.hint).toContain(hint);
  });

  it('refuses an empty commit', () => {
    const error = errorOf(() => renderTag('{{sha}}', { tag: NO_TAG, sha: '' }));
    expect(error.message).toBe('Input image-tag: "{{sha}}" makes "": the tag is empty');
  });
});

describe('checkTemplate', () => {
  it.each([
    '{{tag}}',
    '{{ version }}',
    'v{{major}}.{{minor}}.{{patch}}',
    '{{sha}}',
    '{{short-sha}}',
    'latest',
  ])('accepts %s', (template) => {
    expect(() => {
      checkTemplate(template);
    }).not.toThrow();
  });

  it.each([
    ['{{Tag}}', 'has the unknown placeholder "{{Tag}}"'],
    ['{{tag}}-{{branch}}', 'has the unknown placeholder "{{branch}}"'],
    ['{{}}', 'has the unknown placeholder "{{}}"'],
    ['{{constructor}}', 'has the unknown placeholder "{{constructor}}"'],
    ['{{tag', 'has braces that do not pair up'],
    ['tag}}', 'has braces that do not pair up'],
    ['{tag}', 'has braces that do not pair up'],
    ['{{{tag}}}', 'has braces that do not pair up'],
    ['{{tag}}/x', 'a tag cannot contain "/"'],
    ['.{{tag}}', 'a tag cannot start with "."'],
    ['a b', 'a tag cannot contain " "'],
    ['', 'the tag is empty'],
  ])('refuses %j', (template, why) => {
    const error = errorOf(() => {
      checkTemplate(template);
    });
    expect(error.message).toContain(`Input image-tag: ${JSON.stringify(template)} `);
    expect(error.message).toContain(why);
    expect(error.hint).toBe(
      'Placeholders are {{tag}}, {{version}}, {{major}}, {{minor}}, {{patch}}, {{sha}}, {{short-sha}}.',
    );
  });
});
