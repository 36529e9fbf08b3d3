import { retrying, type RetryDeps } from '../cache/retry.js';
import type { EipService } from './service.js';

/**
 * The same service, with every call tried again while a failure may heal; all but the allocation, which is not
 * repeated without a look (obtain.ts). A release is: if its answer was lost, the next one says that the address is gone.
 */
export function withRetries(service: EipService, deps: RetryDeps): EipService {
  return {
    allocate: (request, token) => service.allocate(request, token),
    findByTags: (tags) => retrying('DescribeEipAddresses', () => service.findByTags(tags), deps),
    findById: (id) => retrying('DescribeEipAddresses', () => service.findById(id), deps),
    release: (id) => retrying('ReleaseEipAddress', () => service.release(id), deps),
    checkMayRelease: () => retrying('ReleaseEipAddress', () => service.checkMayRelease(), deps),
  };
}
