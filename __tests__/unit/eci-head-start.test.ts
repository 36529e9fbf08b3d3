import { describe, expect, it } from '@jest/globals';
import { ServiceError, type FailureKind } from '../../src/cache/service.js';
import { headStart } from '../../src/eci/head-start.js';

const KEYS = { accessKeyId: 'id', accessKeySecret: 'secret' };

function failure(kind: FailureKind): ServiceError {
  return new ServiceError('AssumeRoleWithOIDC failed.', { code: 'Code', kind });
}

const nothing = () => Promise.resolve();

describe('a head start', () => {
  it('asks for credentials at once, and once', async () => {
    let asked = 0;
    const started = headStart(() => {
      asked += 1;
      return Promise.resolve(KEYS);
    }, nothing);
    expect(asked).toBe(1);
    await started;
    expect(asked).toBe(1);
  });

  it.each<FailureKind>(['permanent', 'quota', 'not-found'])('tells of a failure that is %s', async (kind) => {
    const error = failure(kind);
    await expect(headStart(() => Promise.reject(error), nothing)).rejects.toBe(error);
  });

  it('tells of a defect', async () => {
    const defect = new TypeError('a defect');
    await expect(headStart(() => Promise.reject(defect), nothing)).rejects.toBe(defect);
  });

  it('leaves what may heal to the first call', async () => {
    await expect(headStart(() => Promise.reject(failure('transient')), nothing)).resolves.toBeUndefined();
  });

  it('loads code after the requests of this turn have left, and while credentials are waited for', async () => {
    const order: string[] = [];
    const started = headStart(
      async () => {
        order.push('credentials');
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push('got them');
        return KEYS;
      },
      () => {
        order.push('code');
        return Promise.resolve();
      },
    );
    process.nextTick(() => order.push('requests leave'));
    await started;
    expect(order).toEqual(['credentials', 'requests leave', 'code', 'got them']);
  });

  it('leaves code that cannot be loaded to whoever needs it', async () => {
    const broken = () => Promise.reject(new Error('no such file'));
    await expect(headStart(() => Promise.resolve(KEYS), broken)).resolves.toBeUndefined();
  });
});
