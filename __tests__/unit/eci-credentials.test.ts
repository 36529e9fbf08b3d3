import { expect, it } from '@jest/globals';
import { staticProvider } from '../../src/eci/credentials.js';

it.each(['token', undefined])(
  'staticProvider gives the keys that were handed in (token: %s)',
  async (securityToken) => {
    const provider = staticProvider({
      kind: 'static',
      accessKeyId: 'id',
      accessKeySecret: 'secret',
      securityToken,
      origin: 'the inputs',
    });
    expect(await provider()).toEqual({ accessKeyId: 'id', accessKeySecret: 'secret', securityToken });
  },
);
