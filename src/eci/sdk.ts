/**
 * The vendor's SDK, and the only file that imports it. Load it through loadSdk() in rpc.ts: it is large, and
 * not needed before the first call. It is loaded while the registries are asked (head-start.ts).
 */
import EciModule, {
  CreateImageCacheRequest,
  DeleteImageCacheRequest,
  DescribeContainerGroupEventsRequest,
  DescribeImageCachesRequest,
  ListUsageRequest,
} from '@alicloud/eci20180808';
import OpenApiModule, { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';

export const EciClient = unwrap(EciModule);
export const OpenApiClient = unwrap(OpenApiModule);
export {
  Config,
  CreateImageCacheRequest,
  DeleteImageCacheRequest,
  DescribeContainerGroupEventsRequest,
  DescribeImageCachesRequest,
  ListUsageRequest,
  OpenApiRequest,
  Params,
};

/**
 * The SDK is CommonJS with `exports.default`. In Node, its default import is the module object, which holds the
 * class as `default`; in the bundle it is the class itself. The types know the latter only.
 */
function unwrap<T>(imported: T): T {
  return (imported as { default?: T }).default ?? imported;
}
