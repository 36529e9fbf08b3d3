import { expect, it } from '@jest/globals';
import type { OidcCredentials, StaticCredentials } from '../../src/inputs/types.js';
import { warnOfExpiry } from '../../src/steps/expiry.js';
import { rememberedLog } from '../support/log.js';

const KEYS: StaticCredentials = {
  ...{
    kind: 'static',
    accessKeyId: 'id',
    accessKeySecret: 's',
    securityToken: 'token',
    origin: 'the inputs',
  },
};
const ROLE: OidcCredentials = {
  ...{ kind: 'oidc', roleToAssume: 'r', oidcProviderArn: 'p', audience: 'a' },
  ...{ roleSessionName: 's', roleSessionExpirationSeconds: 900 },
};

it.each<[string, StaticCredentials | OidcCredentials, number, 'warning' | 'info' | 'nothing']>([
  ['temporary keys, and a wait longer than a usual session', KEYS, 90, 'warning'],
  ['temporary keys, and a wait as long as one', KEYS, 60, 'info'],
  ['temporary keys, and a wait shorter than any', KEYS, 15, 'nothing'],
  ['lasting keys', { ...KEYS, securityToken: undefined }, 90, 'nothing'],
  ['a role, whose session is renewed', ROLE, 90, 'nothing'],
])('%s', (_what, credentials, waitTimeoutMinutes, level) => {
  const log = rememberedLog();
  warnOfExpiry({ credentials, waitTimeoutMinutes }, { log });
  const text = `The credentials are temporary, and this step cannot renew them. The wait may take up to ${waitTimeoutMinutes} minutes. If they expire before it ends, the step fails and the build continues. With role-to-assume they are renewed.`;
  expect(log.warnings).toEqual(level === 'warning' ? [text] : []);
  expect(log.infos).toEqual(level === 'info' ? [text] : []);
});
