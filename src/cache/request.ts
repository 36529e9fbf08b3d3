import type { Inputs } from '../inputs/types.js';
import type { CreateRequest, Tag } from './service.js';

/** What the run has worked out for the request; everything else comes from the inputs as it is. */
export interface Resolved {
  readonly imageCacheName: string;
  readonly imageCacheSizeGiB: number;
  readonly images: readonly string[];
  readonly ownTags: readonly Tag[];
}

export function createRequest(inputs: Inputs, resolved: Resolved): CreateRequest {
  return {
    regionId: inputs.regionId,
    zoneId: inputs.zoneId,
    securityGroupId: inputs.securityGroupId,
    vSwitchIds: inputs.vSwitchIds,
    imageCacheName: resolved.imageCacheName,
    images: resolved.images,
    imageCacheSizeGiB: resolved.imageCacheSizeGiB,
    eipInstanceId: inputs.eipInstanceId,
    resourceGroupId: inputs.resourceGroupId,
    annotations: inputs.annotations,
    retentionDays: inputs.retentionDays,
    eliminationStrategy: inputs.eliminationStrategy,
    autoMatchImageCache: inputs.autoMatchImageCache,
    flash: inputs.flash,
    standardCopyCount: inputs.standardCopyCount,
    flashCopyCount: inputs.flashCopyCount,
    registryCredentials: inputs.registryCredentials,
    acrRegistryInfos: inputs.acrRegistryInfos,
    plainHttpRegistries: inputs.plainHttpRegistries,
    insecureRegistries: inputs.insecureRegistries,
    tags: [...resolved.ownTags, ...inputs.tags],
  };
}

/** The request without passwords, fit to be shown. */
export function printableRequest(request: CreateRequest): string[] {
  const shown = {
    ...request,
    registryCredentials: request.registryCredentials.map(({ server, username }) => ({
      server,
      username,
      password: '***',
    })),
  };
  return JSON.stringify(shown, undefined, 2).split('\n');
}
