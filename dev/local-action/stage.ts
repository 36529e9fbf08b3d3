/** What both runners are given: a registry with two images, and a step's inputs. */
import { gzipSync } from 'node:zlib';
import { readyPlan } from '../eci/plans.js';
import { startEciServer, TEST_ACCOUNT, TEST_REGION, type EciServer } from '../eci/server.js';
import { startRegistry, type RegistryServer } from '../registry/server.js';
import { tar } from '../tar.js';

/** A build of three minutes takes two seconds. */
export const SPEED = 100;
export const PASSWORD = 'correct horse/battery+staple';

const VPC_HOST = `registry-vpc.${TEST_REGION}.aliyuncs.com`;

export interface Stage {
  readonly registry: RegistryServer;
  /** An account of its own, and the inputs of a step that uses it. */
  readonly account: () => Promise<{ readonly eci: EciServer; readonly inputs: Record<string, string> }>;
  readonly close: () => Promise<void>;
}

export async function setStage(): Promise<Stage> {
  const registry = await startRegistry({ auth: 'token', users: { acme: PASSWORD } });
  const accounts: EciServer[] = [];
  for (const name of ['acme/shop', 'acme/worker']) {
    const content = Buffer.from(`${name} `.repeat(5_000));
    registry.putImage(name, '1.2.3', { layers: [gzipSync(tar([{ name: 'content', content }]))] });
  }
  return {
    registry,
    account: async () => {
      const eci = await startEciServer({ speed: SPEED, plan: () => readyPlan() });
      accounts.push(eci);
      return { eci, inputs: inputsOf(registry, eci) };
    },
    close: async () => {
      await Promise.all([registry.close(), ...accounts.map((eci) => eci.close())]);
    },
  };
}

/** Lists of several lines, structured inputs, a comment, an empty text: all the forms in which inputs come. */
function inputsOf(registry: RegistryServer, eci: EciServer): Record<string, string> {
  return {
    images: `${VPC_HOST}/acme/shop\n${VPC_HOST}/acme/worker  # the tag is the pushed one`,
    'image-tag': '{{version}}',
    'registry-map': `${registry.host}=${VPC_HOST}`,
    'plain-http-registry': registry.host,
    'image-registry-credentials': `- server: ${VPC_HOST}\n  username: acme\n  password: ${PASSWORD}\n`,
    'region-id': TEST_REGION,
    'security-group-id': 'sg-uf66jeqopgqa9hdn0000',
    'vswitch-id': 'vsw-uf6h3rbwbm90urjwa000, vsw-uf6h3rbwbm90urjwa111',
    'access-key-id': TEST_ACCOUNT.accessKeyId,
    'access-key-secret': TEST_ACCOUNT.accessKeySecret,
    'image-cache-size': '',
    'retention-days': '7',
    'keep-latest': '3',
    tags: 'team=shop',
    endpoint: eci.url,
  };
}
