import type { ReleaseContext } from './context.js';
import { resolveImages } from './images/resolve.js';
import { checkTemplate } from './images/template.js';
import { formatPlatform, parsePlatform } from './images/platform.js';
import { checkAcrRegistryInfos } from './inputs/acr-registry-info.js';
import { maskKeys, readCredentials } from './inputs/credentials.js';
import type { InputName } from './inputs/defaults.js';
import { isLoopback, parseEndpoint, parseHost, parseRegistryMap } from './inputs/hosts.js';
import { listOf, parseList } from './inputs/lists.js';
import { readManifestFiles, unite, type ManifestFiles } from './inputs/manifests.js';
import { Reader } from './inputs/reader.js';
import type { InputSource } from './inputs/reader.js';
import {
  doubtOfRegion,
  readRegion,
  regionalHost,
  regionText,
  type RegionalService,
} from './inputs/regions.js';
import { checkRegistryCredentials } from './inputs/registry-credentials.js';
import { parseCacheSize } from './inputs/size.js';
import { parseTags } from './inputs/tags.js';
import type { Endpoint, Inputs } from './inputs/types.js';
import type { YamlList } from './inputs/yaml.js';
import {
  CACHE_NAME,
  CLIENT_TOKEN,
  decimal,
  EIP_ID,
  idOf,
  integer,
  LARGEST_INT32,
  parseBoolean,
  parseEliminationStrategy,
  shaped,
  ZONE_ID,
} from './inputs/values.js';
import type { Secrets } from './report/secrets.js';

export { DEFAULTS, INPUT_NAMES } from './inputs/defaults.js';
export type { InputSource } from './inputs/reader.js';
export type { Inputs } from './inputs/types.js';

/** VSwitchId: "You can specify up to 10 vSwitch IDs." */
const MOST_VSWITCHES = 10;

/** Stands in for an image-tag that is wrong itself, so that `images` is checked all the same. */
const ANY_TAG = 'latest';

/**
 * Reads and checks every input. Masks every secret among them before anything else is done with it.
 * @param context what the event says of the release: it decides whether `images` may be empty or lack tags
 * @throws ActionErrors with an InputError for each bad input, and for each bad entry of `images`
 */
export async function readInputs(
  source: InputSource,
  context: ReleaseContext,
  secrets: Secrets,
): Promise<Inputs> {
  const reader = new Reader(source);
  maskKeys(reader, secrets);
  const readYamlList = await yamlReader(reader);
  const manifestFiles = await readManifestFiles(reader);
  const inputs = {
    ...readImages(reader, context, manifestFiles),
    ...readPlace(reader),
    ...readCache(reader),
    ...readRegistries(reader, readYamlList, secrets),
    ...readBehaviour(reader),
    credentials: readCredentials(reader),
    clockSpeed: clockSpeed(reader),
  };
  // Only checked here: summaryWanted reads it, which works where other inputs are wrong.
  reader.parse('summary', parseBoolean);
  const warnings = reader.finish();
  return { ...inputs, warnings: [...warnings, ...doubts(inputs)] };
}

/** Whether the summary is wanted; can be told where the other inputs are wrong. */
export function summaryWanted(source: InputSource): boolean {
  return new Reader(source).text('summary').toLowerCase() !== 'false';
}

/** What to cache. */
function readImages(reader: Reader, context: ReleaseContext, manifestFiles: ManifestFiles | undefined) {
  const images = reader.parse('images', parseList);
  const imageTag = reader.parse('image-tag', parseTemplate);
  const registryMap = reader.parse('registry-map', parseRegistryMap);
  const goodMap = reader.isGood('registry-map') ? registryMap : [];
  const listed = reader.attempt('images', () =>
    manifestFiles && images.length === 0
      ? []
      : resolveImages(images, {
          imageTag: reader.isGood('image-tag') ? imageTag : ANY_TAG,
          registryMap: goodMap,
          context,
        }),
  );
  const all = manifestFiles
    ? unite(reader, manifestFiles, reader.isGood('images') ? listed : [], goodMap)
    : { releaseImages: listed, manifests: undefined };
  return { images, imageTag, registryMap, ...all, platform: reader.parse('platform', parsePlatform) };
}

/** Where to build the cache, and whom to ask. */
function readPlace(reader: Reader) {
  return {
    regionId: readRegion(reader),
    zoneId: reader.optional('zone-id', shaped(ZONE_ID)),
    securityGroupId: reader.required(
      'security-group-id',
      shaped(idOf('a security group', 'sg-')),
      'Give a security group of the VPC in which the cache is to be built, e.g. sg-uf66jeqopgqa9hdn.',
    ),
    vSwitchIds: reader.required(
      'vswitch-id',
      listOf(shaped(idOf('a vSwitch', 'vsw-')), MOST_VSWITCHES),
      'Give one vSwitch or several of different zones, e.g. vsw-uf6h3rbwbm90urjwa.',
    ),
    ...readEip(reader),
    resourceGroupId: reader.optional('resource-group-id', shaped(idOf('a resource group', 'rg-'))),
    endpoint: readEndpoint(reader, 'endpoint', 'eci'),
    stsEndpoint: readEndpoint(reader, 'sts-endpoint', 'sts'),
    vpcEndpoint: readEndpoint(reader, 'vpc-endpoint', 'vpc'),
  };
}

/** The EIP of the build: `auto`, or one that is there. */
function readEip(reader: Reader) {
  const temporaryEip = reader.text('eip-instance-id').toLowerCase() === 'auto';
  const eipInstanceId = temporaryEip ? undefined : reader.optional('eip-instance-id', shaped(EIP_ID));
  return { temporaryEip, eipInstanceId };
}

/** What kind of cache to make. */
function readCache(reader: Reader) {
  const copies = integer({ from: 1, to: LARGEST_INT32 });
  return {
    imageCacheName: reader.optional('image-cache-name', shaped(CACHE_NAME)),
    imageCacheSizeGiB: reader.parse('image-cache-size', (text) =>
      parseCacheSize(text, (warning) => {
        reader.warn(warning);
      }),
    ),
    sizeMarginPercent: reader.parse('size-margin-percent', decimal({ from: 0, to: 400, unit: 'percent' })),
    retentionDays: reader.optional('retention-days', integer({ from: 1, to: 65_536, unit: 'days' })),
    eliminationStrategy: reader.optional('elimination-strategy', parseEliminationStrategy),
    autoMatchImageCache: reader.parse('auto-match-image-cache', parseBoolean),
    flash: reader.optional('flash', parseBoolean),
    standardCopyCount: reader.optional('standard-copy-count', copies),
    flashCopyCount: reader.optional('flash-copy-count', copies),
    tags: reader.parse('tags', parseTags),
    annotations: reader.optional('annotations', (text) => text),
    clientToken: reader.optional('client-token', shaped(CLIENT_TOKEN)),
  };
}

/** The YAML library is large, and most runs have no input in YAML: it is loaded for those that have. */
async function yamlReader(reader: Reader): Promise<(text: string) => YamlList> {
  const inYaml = ['image-registry-credentials', 'acr-registry-info'] as const;
  if (inYaml.every((input) => reader.text(input) === '')) return () => ({ entries: [], problem: undefined });
  const { readYamlList } = await import('./inputs/yaml.js');
  return readYamlList;
}

/** How the service gets at the images. */
function readRegistries(reader: Reader, readYamlList: (text: string) => YamlList, secrets: Secrets) {
  return {
    registryCredentials: reader.parse('image-registry-credentials', (text) =>
      checkRegistryCredentials(readYamlList(text), secrets),
    ),
    acrRegistryInfos: reader.parse('acr-registry-info', (text) => checkAcrRegistryInfos(readYamlList(text))),
    plainHttpRegistries: reader.parse('plain-http-registry', listOf(parseHost)),
    insecureRegistries: reader.parse('insecure-registry', listOf(parseHost)),
  };
}

/** How this step behaves. */
function readBehaviour(reader: Reader) {
  return {
    wait: reader.parse('wait', parseBoolean),
    waitTimeoutMinutes: reader.parse('wait-timeout-minutes', decimal({ over: 0, to: 1440, unit: 'minutes' })),
    reuse: reader.parse('reuse', parseBoolean),
    keepLatest: reader.optional('keep-latest', integer({ from: 1, to: LARGEST_INT32 })),
    dryRun: reader.parse('dry-run', parseBoolean),
  };
}

function parseTemplate(text: string): string {
  checkTemplate(text);
  return text;
}

/** The endpoint that was given, else the public one of the region. */
function readEndpoint(reader: Reader, input: InputName, service: RegionalService): Endpoint {
  return (
    reader.optional(input, parseEndpoint) ?? {
      protocol: 'https',
      // A bad region has an error of its own, and nobody comes to use this.
      host: regionalHost(service, regionText(reader)),
    }
  );
}

/** For tests only: how much faster than the wall clock waits pass. */
function clockSpeed(reader: Reader): number {
  const speed = Number(reader.variable('ECI_CACHE_CLOCK_SPEED'));
  return Number.isFinite(speed) && speed >= 1 ? speed : 1;
}

/** What is allowed and yet hardly meant. */
function doubts(inputs: Omit<Inputs, 'warnings'>): string[] {
  const { regionId, platform, flash, flashCopyCount, keepLatest, wait, endpoint, stsEndpoint } = inputs;
  const { temporaryEip, vpcEndpoint } = inputs;
  const regionDoubt = doubtOfRegion(regionId);
  const isOpen = ({ protocol, host }: Endpoint): boolean => protocol === 'http' && !isLoopback(host);
  const warnings: [applies: boolean, warning: string][] = [
    [
      formatPlatform(platform) !== 'linux/amd64',
      `platform: ${formatPlatform(platform)} is looked up, but the request for a cache has no architecture, and the service most likely pulls linux/amd64. The cache may hold another image than the one that was measured.`,
    ],
    [regionDoubt !== undefined, `region-id: ${regionDoubt ?? ''} The run goes on with it.`],
    [
      flashCopyCount !== undefined && flash !== true,
      'flash-copy-count: has no effect, since flash is not true.',
    ],
    [
      // Without wait nothing is deleted.
      keepLatest === 1 && wait,
      'keep-latest: 1 takes the cache from the release that is running before this one has replaced it, unless an instance was matched with it within the last 24 hours. Set 2 or more.',
    ],
    [
      isOpen(endpoint),
      `endpoint: requests to http://${endpoint.host} are not encrypted, and registry passwords are in them.`,
    ],
    [
      isOpen(stsEndpoint),
      `sts-endpoint: requests to http://${stsEndpoint.host} are not encrypted, and credentials are in the answers.`,
    ],
    [
      temporaryEip && isOpen(vpcEndpoint),
      `vpc-endpoint: requests to http://${vpcEndpoint.host} are not encrypted.`,
    ],
  ];
  return warnings.filter(([applies]) => applies).map(([, warning]) => warning);
}
