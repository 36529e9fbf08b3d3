import { expect, it } from '@jest/globals';
import { shownParameters } from '../../src/eci/parameters.js';

it('shows a request without what opens anything', () => {
  expect(
    shownParameters({
      RegionId: 'cn-hangzhou',
      ClientToken: 'c0ffee',
      NextToken: 'page-2',
      'Image.1': 'a/b:1',
      'ImageRegistryCredential.1.Server': 'ghcr.io',
      'ImageRegistryCredential.1.UserName': 'acme',
      'ImageRegistryCredential.1.Password': 'hunter2',
      OIDCToken: 'ey.ey.ey',
      SecurityToken: 'sts',
      AccessKeySecret: 'key',
    }),
  ).toBe(
    'RegionId=cn-hangzhou ClientToken=c0ffee NextToken=page-2 Image.1=a/b:1 ' +
      'ImageRegistryCredential.1.Server=ghcr.io ImageRegistryCredential.1.UserName=acme ' +
      'ImageRegistryCredential.1.Password=*** OIDCToken=*** SecurityToken=*** AccessKeySecret=***',
  );
});

it('cuts a long value where a cut secret is still seen', () => {
  const shown = shownParameters({ Annotations: 'x'.repeat(1_000) });
  expect(shown).toHaveLength('Annotations='.length + 200);
  expect(shown.endsWith('…')).toBe(true);
});

it.each([undefined, null, 'text', [1]])('%j was no request', (parameters) => {
  expect(shownParameters(parameters)).toBe('not sent');
});
