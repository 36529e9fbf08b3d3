import { TEST_ACCOUNT, TEST_REGION, type EciServer } from './eci/server.js';

/** What a workflow has to set besides its images, for a local ECI and a local registry. */
export function localInputs(
  eci: Pick<EciServer, 'url'>,
  registry: { readonly host: string },
): Record<string, string> {
  return {
    'plain-http-registry': registry.host,
    'region-id': TEST_REGION,
    'security-group-id': 'sg-uf66jeqopgqa9hdn0000',
    'vswitch-id': 'vsw-uf6h3rbwbm90urjwa000',
    'access-key-id': TEST_ACCOUNT.accessKeyId,
    'access-key-secret': TEST_ACCOUNT.accessKeySecret,
    endpoint: eci.url,
  };
}
