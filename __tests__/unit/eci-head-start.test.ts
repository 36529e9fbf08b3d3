import { describe, expect, it } from '@jest/globals';
import { ServiceError, type FailureKind } from '../../src/cache/service.js';
import { headStart } from '../../src/eci/head-start.js';

const KEYS = { accessKeyId: 'id', accessKeySecret: 'secret' };

function failure(kind: FailureKind): ServiceError {
  return new ServiceError('AssumeRoleWithOIDC failed.', { code: 'Code', kind });
}

describe('a head start', () => {
  it('asks for credentials at once, and once', async () => {
    let asked = 0;
    const started = headStart(() => {
      asked += 1;
      return Promise.resolve(KEYS);
    });
    expect(asked).toBe(1);
    await started;
    expect(asked).toBe(1);
  });

  it.each<FailureKind>(['permanent', 'quota', 'not-found'])('tells of a failure that is %s', async (kind) => {
    const error = failure(kind);
    await expect(headStart(() => Promise.reject(error))).rejects.toBe(error);
  });

  it('tells of a defect', async () => {
    const defect = new TypeError('a defect');
    await expect(headStart(() => Promise.reject(defect))).rejects.toBe(defect);
  });

  it('leaves what may heal to the first call', async () => {
    await expect(headStart(() => Promise.reject(failure('transient')))).resolves.toBeUndefined();
  });
});
