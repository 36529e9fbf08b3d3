import { describe, expect, it } from '@jest/globals';
import { ActionError } from '../../src/errors.js';
import { formatPlatform, parsePlatform } from '../../src/images/platform.js';

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', { os: 'linux', architecture: 'amd64' }],
    ['linux/arm64/v8', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
    ['Linux/AMD64', { os: 'linux', architecture: 'amd64' }],
  ])('%s', (text, expected) => {
    const platform = parsePlatform(text);
    expect(platform).toEqual(expected);
    expect(formatPlatform(platform)).toBe(text.toLowerCase());
  });

  it.each([
    '',
    'amd64',
    'linux/',
    '/amd64',
    'linux/arm64/v8/x',
    'linux/arm 64',
    'linux,amd64',
    'linux/amd64/',
  ])('refuses %j', (text) => {
    const work = (): unknown => parsePlatform(text);
    expect(work).toThrow(ActionError);
    expect(work).toThrow(`${JSON.stringify(text)} is not a platform`);
    expect(work).toThrow(expect.objectContaining({ hint: expect.stringContaining('os/architecture') }));
  });
});
