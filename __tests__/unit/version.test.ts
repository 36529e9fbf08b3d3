import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { USER_AGENT, VERSION } from '../../src/version.js';

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  name: string;
  version: string;
};

it('is that of package.json', () => {
  expect(VERSION).toBe(version);
});

it('the user agent names us', () => {
  expect(USER_AGENT).toBe(`${name}/${version}`);
});
