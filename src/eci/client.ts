import {
  isKind,
  type CacheFilter,
  type Created,
  type ImageCache,
  type ImageCacheService,
  type ServiceEvent,
} from '../cache/service.js';
import { cacheId, eventOf, field, records, text, usageOf } from './answers.js';
import { call, type Connection } from './call.js';
import { unusableAnswer } from './errors.js';
import { readPages } from './look-up.js';
import { fieldsOf, type DescribeFields } from './model.js';
import { createFields } from './request.js';

export interface EciOptions extends Connection {
  /** Look-ups see the caches of this group. Without it, they see what the service shows by default. */
  readonly resourceGroupId?: string | undefined;
}

const CREATE = { action: 'CreateImageCache', answerField: 'ImageCacheId' };
const DESCRIBE = { action: 'DescribeImageCaches', answerField: 'ImageCaches' };
const DELETE = { action: 'DeleteImageCache', answerField: undefined };
const EVENTS = { action: 'DescribeContainerGroupEvents', answerField: 'Data' };
const USAGE = { action: 'ListUsage', answerField: 'Attributes' };

/**
 * The image cache service of one region. Every call is sent once and rejects with a ServiceError; retries are the
 * caller's. The SDK is loaded with the first call.
 */
export function createEciService(options: EciOptions): ImageCacheService {
  const { regionId, resourceGroupId, observations } = options;
  const describe = (fields: DescribeFields, wants: (cache: ImageCache) => boolean) =>
    readPages((nextToken) => describePage(options, { regionId, resourceGroupId, ...fields, nextToken }), {
      wants,
      isUnique: fields.imageCacheId !== undefined,
      observations,
    });
  return {
    create: async (request, clientToken) => {
      const { fields } = await call(options, CREATE, (client, sdk) =>
        client.createImageCache(new sdk.CreateImageCacheRequest(createFields(request, clientToken))),
      );
      const created = createdOf(fields);
      observations?.sawCreated(created.imageCacheId, clientToken);
      return created;
    },
    find: async (filter) => {
      const { imageCacheId, imageCacheName, tag } = filter;
      const fields = ofDescribe({ imageCacheId, imageCacheName, tag: tag && [{ ...tag }] });
      try {
        return await describe(fields, (cache) => fits(cache, filter));
      } catch (error) {
        // Some of the vendor's products refuse a look-up that finds nothing.
        if (isKind('not-found', error)) return [];
        throw error;
      }
    },
    findMatching: async ({ images, fullMatch }) => {
      const fields = ofDescribe({ matchImage: images, imageFullMatch: fullMatch });
      return describe(fields, () => true);
    },
    containerGroupEvents: (containerGroupId) => containerGroupEvents(options, containerGroupId),
    delete: async (imageCacheId) => {
      await call(options, DELETE, (client, sdk) =>
        client.deleteImageCache(new sdk.DeleteImageCacheRequest({ regionId, imageCacheId })),
      );
    },
    usage: async () => {
      const { fields } = await call(options, USAGE, (client, sdk) =>
        client.listUsage(new sdk.ListUsageRequest({ regionId })),
      );
      return usageOf(fields);
    },
  };
}

const ofDescribe = fieldsOf<DescribeFields>();

function describePage(options: EciOptions, fields: DescribeFields) {
  return call(options, DESCRIBE, (client, sdk) =>
    client.describeImageCaches(new sdk.DescribeImageCachesRequest(fields)),
  );
}

async function containerGroupEvents(
  options: EciOptions,
  containerGroupId: string,
): Promise<readonly ServiceEvent[] | undefined> {
  const { regionId, resourceGroupId } = options;
  const { fields } = await call(options, EVENTS, (client, sdk) =>
    client.describeContainerGroupEvents(
      new sdk.DescribeContainerGroupEventsRequest({
        regionId,
        resourceGroupId,
        // A JSON list in one text, not a list of parameters.
        containerGroupIds: JSON.stringify([containerGroupId]),
      }),
    ),
  );
  const instances = records(field(fields, 'Data')).filter((instance) => {
    const id = text(field(instance, 'ContainerGroupId'));
    return id === '' || id === containerGroupId;
  });
  if (instances.length === 0) return undefined;
  return instances.flatMap((instance) => records(field(instance, 'Events'))).map(eventOf);
}

/** Without an ID, the cache may still exist: asked again with the same token, the service names it. */
function createdOf(fields: Readonly<Record<string, unknown>>): Created {
  const imageCacheId = cacheId(field(fields, 'ImageCacheId'));
  if (imageCacheId === '') throw unusableAnswer('CreateImageCache', 'holds no ImageCacheId');
  return {
    imageCacheId,
    containerGroupId: text(field(fields, 'ContainerGroupId')),
    requestId: text(field(fields, 'RequestId')),
  };
}

/** A filter that the service ignored must not make another's cache ours. */
function fits(cache: ImageCache, { imageCacheId, imageCacheName, tag }: CacheFilter): boolean {
  return (
    (imageCacheId === undefined || cacheId(imageCacheId) === cache.imageCacheId) &&
    (imageCacheName ?? cache.imageCacheName) === cache.imageCacheName &&
    (!tag || cache.tags.some(({ key, value }) => key === tag.key && value === tag.value))
  );
}
