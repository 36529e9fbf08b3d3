import type { SemVer } from 'semver';
import parseSemver from 'semver/functions/parse.js';
import type { PushedTag } from '../context/types.js';
import { InputError } from '../errors.js';
import { quote } from './quote.js';
import { tagProblem } from './reference.js';

/** What the placeholders are filled from. */
export interface TagSource {
  readonly tag: PushedTag;
  readonly sha: string;
}

const PLACEHOLDER = /\{\{[^{}]*\}\}/g;

/** What a placeholder stands for; the placeholder and the template are for its errors. */
type Filler = (source: TagSource, placeholder: string, template: string) => string;

const fromTag =
  (fill: (tag: string, placeholder: string) => string): Filler =>
  ({ tag }, placeholder, template) => {
    if (tag.known) return fill(tag.name, placeholder);
    throw new InputError(
      'images',
      `an entry without a tag takes it from image-tag ${quote(template)}, but ${tag.problem}`,
      tag.hint,
    );
  };

const FILLERS: ReadonlyMap<string, Filler> = new Map<string, Filler>([
  ['tag', fromTag((tag) => tag)],
  // Only where a digit follows: the v of "vanilla" is no prefix.
  ['version', fromTag((tag) => tag.replace(/^v(?=\d)/, ''))],
  ['major', fromTag((tag, placeholder) => String(semver(tag, placeholder).major))],
  ['minor', fromTag((tag, placeholder) => String(semver(tag, placeholder).minor))],
  ['patch', fromTag((tag, placeholder) => String(semver(tag, placeholder).patch))],
  ['sha', ({ sha }) => sha],
  ['short-sha', ({ sha }) => sha.slice(0, 7)],
]);

const ALLOWED = [...FILLERS.keys()].map((name) => `{{${name}}}`).join(', ');

/**
 * Checks what can be checked without a pushed tag: placeholders, braces, and characters that no image tag has.
 * @throws InputError for `image-tag`
 */
export function checkTemplate(template: string): void {
  for (const [placeholder] of template.matchAll(PLACEHOLDER)) fillerOf(placeholder, template);
  // Every placeholder yields characters of its own: one that fits anywhere stands for them.
  const outline = template.replace(PLACEHOLDER, 'x');
  if (/[{}]/.test(outline)) throw templateError(template, 'has braces that do not pair up');
  const problem = tagProblem(outline);
  if (problem !== undefined) throw templateError(template, `makes no image tag: ${problem}`);
}

/**
 * The image tag that the template makes.
 * @throws InputError for `image-tag` where the template or what it makes is wrong, and for `images` where it
 *   needs the pushed tag and there is none
 */
export function renderTag(template: string, source: TagSource): string {
  checkTemplate(template);
  const rendered = template.replace(PLACEHOLDER, (placeholder) =>
    fillerOf(placeholder, template)(source, placeholder, template),
  );
  const problem = tagProblem(rendered);
  if (problem === undefined) return rendered;
  throw new InputError(
    'image-tag',
    `${quote(template)} makes ${quote(rendered)}: ${problem}`,
    sanitizedHint(rendered),
  );
}

function fillerOf(placeholder: string, template: string): Filler {
  const filler = FILLERS.get(placeholder.slice(2, -2).trim());
  if (filler) return filler;
  throw templateError(template, `has the unknown placeholder ${quote(placeholder)}`);
}

function semver(tag: string, placeholder: string): SemVer {
  const version = parseSemver(tag);
  if (version) return version;
  throw new InputError(
    'image-tag',
    `${placeholder} needs a semantic version, and the pushed tag is ${quote(tag)}`,
    'Use {{tag}} or {{version}}, or write the images with their tag, e.g. the tags output of docker/metadata-action.',
  );
}

/** docker/metadata-action turns a git tag that is not a valid image tag into one. */
function sanitizedHint(rendered: string): string {
  const sanitized = rendered.replace(/[^a-zA-Z0-9._-]+/g, '-');
  const fits = tagProblem(sanitized) === undefined;
  return fits
    ? `docker/metadata-action would have pushed ${sanitized}: give images its full tags output.`
    : 'Write the images with the tag that was pushed, e.g. the tags output of docker/metadata-action.';
}

function templateError(template: string, problem: string): InputError {
  return new InputError('image-tag', `${quote(template)} ${problem}`, `Placeholders are ${ALLOWED}.`);
}
