import type { AcrRegistryInfo, CreateRequest } from '../cache/service.js';

/**
 * The fields of the SDK's CreateImageCacheRequest. It leaves out what is undefined, turns its own names into the
 * API's, and writes lists as Name.1, Name.2 and so on.
 */
export function createFields(request: CreateRequest, clientToken: string): Record<string, unknown> {
  return {
    regionId: request.regionId,
    zoneId: request.zoneId,
    securityGroupId: request.securityGroupId,
    vSwitchId: joined(request.vSwitchIds),
    imageCacheName: request.imageCacheName,
    image: nonEmpty(request.images),
    imageCacheSize: request.imageCacheSizeGiB,
    eipInstanceId: request.eipInstanceId,
    resourceGroupId: request.resourceGroupId,
    annotations: request.annotations,
    retentionDays: request.retentionDays,
    eliminationStrategy: request.eliminationStrategy,
    autoMatchImageCache: request.autoMatchImageCache,
    flash: request.flash,
    standardCopyCount: request.standardCopyCount,
    flashCopyCount: request.flashCopyCount,
    imageRegistryCredential: nonEmpty(
      request.registryCredentials.map(({ server, username, password }) => ({
        server,
        userName: username,
        password,
      })),
    ),
    acrRegistryInfo: nonEmpty(request.acrRegistryInfos.map(acrFields)),
    plainHttpRegistry: joined(request.plainHttpRegistries),
    insecureRegistry: joined(request.insecureRegistries),
    tag: nonEmpty(request.tags.map(({ key, value }) => ({ key, value }))),
    clientToken,
  };
}

function acrFields(info: AcrRegistryInfo): Record<string, unknown> {
  return {
    instanceId: info.instanceId,
    instanceName: info.instanceName,
    regionId: info.regionId,
    domain: nonEmpty(info.domains),
    arnService: info.arnService,
    arnUser: info.arnUser,
  };
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** The parameters that hold several values in one text want commas (the vendor's page). */
function joined(list: readonly string[]): string | undefined {
  return list.length > 0 ? list.join(',') : undefined;
}
