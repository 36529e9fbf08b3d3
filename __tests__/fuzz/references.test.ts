import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InputError } from '../../src/errors.js';
import { isAcrHost, publicAcrHost } from '../../src/images/acr.js';
import { formatPlatform, parsePlatform } from '../../src/images/platform.js';
import { formatReference, parseReference, tagProblem } from '../../src/images/reference.js';
import { mapImage } from '../../src/images/registry-map.js';
import { checkTemplate, renderTag } from '../../src/images/template.js';
import { parseRegistryMap } from '../../src/inputs/hosts.js';
import { anyText, mutated } from './support/mutate.js';
import { blamedBy, outcomeOf } from './support/outcome.js';
import { anyReference, fullReference, gitTag, hostAndPort, pathComponent, tag } from './support/valid.js';

const hostile = fc.oneof({ weight: 5, arbitrary: mutated(anyReference) }, { weight: 1, arbitrary: anyText });

describe('image references', () => {
  it('that are valid are taken for what they mean', () => {
    fc.assert(
      fc.property(fullReference, ({ text, ...parts }) => {
        expect(parseReference(text)).toEqual(
          Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)),
        );
        expect(formatReference(parseReference(text))).toBe(text);
      }),
    );
  });

  it('of any kind are refused in our words, or mean the same when they are written out', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { value } = outcomeOf(() => parseReference(text));
        if (value === undefined) return;
        const full = formatReference(value);
        expect(parseReference(full)).toEqual(value);
        // It becomes part of a URL's path: nothing in it may lead elsewhere.
        const url = new URL(
          `https://${value.registry}/v2/${value.repository}/manifests/${value.tag ?? 'latest'}`,
        );
        expect(url.pathname).toBe(`/v2/${value.repository}/manifests/${value.tag ?? 'latest'}`);
        expect(url.search + url.hash + url.username).toBe('');
      }),
    );
  });

  it('have no more than one public host', () => {
    fc.assert(
      fc.property(mutated(hostAndPort), (host) => {
        const open = publicAcrHost(host);
        if (open === undefined) return;
        expect(isAcrHost(open)).toBe(true);
        expect(publicAcrHost(open)).toBeUndefined();
        // The look must not go to anybody but ACR.
        expect(open).toMatch(/\.aliyuncs\.com$/);
      }),
    );
  });
});

describe('platforms', () => {
  const valid = fc
    .tuple(
      fc.constantFrom('linux', 'Windows'),
      fc.constantFrom('amd64', 'ARM64', 'arm'),
      fc.constantFrom('', '/v7', '/V8'),
    )
    .map(([os, architecture, variant]) => `${os}/${architecture}${variant}`);

  it('read the same when they are written out', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(valid), anyText), (text) => {
        const { value } = outcomeOf(() => parsePlatform(text));
        if (value !== undefined) expect(parsePlatform(formatPlatform(value))).toEqual(value);
      }),
    );
  });
});

describe('templates of image-tag', () => {
  const placeholder = fc.constantFrom(
    'tag',
    'version',
    'major',
    'minor',
    'patch',
    'sha',
    'short-sha',
    ' tag ',
    'Tag',
    'name',
    '',
  );
  const template = fc
    .array(
      fc.oneof(
        placeholder.map((name) => `{{${name}}}`),
        tag,
        fc.constantFrom('-', '.', '{', '}', '{{{tag}}}'),
      ),
      { maxLength: 4 },
    )
    .map((parts) => parts.join(''));
  const source = fc.record({
    tag: fc.oneof(
      mutated(gitTag).map((name) => ({ known: true as const, name })),
      fc.constant({ known: false as const, problem: 'the push event runs on a branch', hint: 'Push a tag.' }),
    ),
    sha: mutated(fc.constant('1f3c5a7e9b2d4f6081a3c5e7092b4d6f80a1c3e5')),
  });

  it('make an image tag, or fail as an error of the input that is to blame', () => {
    fc.assert(
      fc.property(fc.oneof(template, mutated(template)), source, (text, from) => {
        const { value, error } = outcomeOf(() => renderTag(text, from));
        if (value !== undefined) expect(tagProblem(value)).toBeUndefined();
        for (const input of blamedBy(error)) expect(['image-tag', 'images']).toContain(input);
      }),
    );
  });

  it('that the check refuses make no tag either', () => {
    fc.assert(
      fc.property(mutated(template), source, (text, from) => {
        const check = outcomeOf(() => {
          checkTemplate(text);
        });
        if (check.error)
          expect(outcomeOf(() => renderTag(text, from)).error?.message).toBe(check.error.message);
      }),
    );
  });

  it('{{tag}} is the pushed tag', () => {
    fc.assert(
      fc.property(tag, (name) => {
        expect(renderTag('{{tag}}', { tag: { known: true, name }, sha: '' })).toBe(name);
      }),
    );
  });
});

describe('registry-map', () => {
  const location = fc
    .tuple(hostAndPort, fc.array(pathComponent, { maxLength: 2 }))
    .map(([host, path]) => [host, ...path].join('/'));
  const lines = fc
    .array(
      fc.tuple(location, location).map(([pushed, pulled]) => `${pushed}=${pulled}`),
      { minLength: 1, maxLength: 4 },
    )
    .map((entries) => entries.join('\n'));

  it('moves an image from left to right, and looks at the left for what stands under the right', () => {
    fc.assert(
      fc.property(hostAndPort, hostAndPort, fullReference, (pushed, pulled, { repository }) => {
        // Docker Hub's official images gain "library/" on the way.
        fc.pre(pushed !== pulled && ![pushed, pulled].some((host) => host.startsWith('docker.io')));
        const mappings = parseRegistryMap(`${pushed}=${pulled}`);
        const there = mapImage(`${pushed}/${repository}:1`, mappings);
        expect(there?.cachedReference).toBe(`${pulled}/${repository}:1`);
        const back = mapImage(`${pulled}/${repository}:1`, mappings);
        expect(back).toEqual({ cachedReference: `${pulled}/${repository}:1`, inspect: there?.inspect });
      }),
    );
  });

  it('of any kind is refused in our words, or maps to references', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(lines), anyText), anyReference, (text, reference) => {
        const mappings = outcomeOf(() => parseRegistryMap(text)).value;
        if (mappings === undefined) return;
        const targets = [
          reference,
          ...mappings.flatMap(({ pushed, pulled }) => [`${pushed}/app:1`, `${pulled}/app:1`]),
        ];
        for (const target of targets) {
          if (outcomeOf(() => parseReference(target)).error) continue;
          const { value, error } = outcomeOf(() => mapImage(target, mappings));
          if (error) expect(error).toBeInstanceOf(InputError);
          else if (value)
            expect(outcomeOf(() => parseReference(value.cachedReference)).error).toBeUndefined();
        }
      }),
    );
  });
});
