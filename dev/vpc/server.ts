import type { TagRecord } from '../eci/caches.js';
import { checkClientToken } from '../eci/limits.js';
import { checkParameters } from '../eci/parameters.js';
import { type RequestRecord, RpcError, type RpcHooks, type RpcServer, startRpcServer } from '../eci/rpc.js';
import { type EciServer, TEST_REGION } from '../eci/server.js';
import { signatureVerifier } from '../eci/signature.js';
import { tokenMemory, type TokenRules } from '../eci/tokens.js';
import type { Received, TlsFiles } from '../http.js';
import { ACTIONS, existing, numbered, planWith, type VpcEvent, type VpcState } from './actions.js';
import { type AddressRecord, USUAL_BINDING } from './addresses.js';
import { actions as metadata } from './parameters.js';

/** All optional: the default is a service that does everything right. Faults go to `faults`, as with the ECI server. */
export interface VpcOptions extends Partial<Omit<VpcState, 'eci' | 'addresses' | 'events'>> {
  readonly tls?: TlsFiles;
  readonly tokens?: TokenRules;
  /** Actions that the caller has no permission for; TagResources is what tags in an allocation take. */
  readonly denied?: readonly string[];
  /** The answer in another form than the documents have it. */
  readonly reshape?: (action: string, answer: object) => object;
  readonly hooks?: RpcHooks;
}

export interface SeededAddress {
  readonly tags?: readonly TagRecord[];
  readonly boundTo?: string;
  readonly allocatedAtMs?: number;
  readonly resourceGroupId?: string;
}

export interface VpcServer extends RpcServer {
  readonly state: VpcState;
  /** Every address that ever was, oldest first. */
  readonly addresses: readonly AddressRecord[];
  readonly events: readonly VpcEvent[];
  existing(): AddressRecord[];
  /** Puts addresses of others into the account; what it returns is live. */
  seed(addresses: readonly SeededAddress[]): AddressRecord[];
  requestsOf(action: string): RequestRecord[];
  /**
   * What must never happen, in words: released while its cache was being built, a create with an address that is not
   * there or not free, one of the seeded addresses touched.
   */
  misdeeds(isExcused?: (event: VpcEvent) => boolean): string[];
}

const VERSION = '2016-04-28';
/** The vendor's usual quota of addresses in an account. */
const MAX_ADDRESSES = 20;

/**
 * A local VPC that follows the vendor's metadata, in one account with the local ECI: an address that is handed to
 * CreateImageCache is taken while the intermediate instance exists, and comes back afterwards.
 */
export async function startVpcServer(
  eci: Pick<EciServer, 'clock' | 'keys' | 'caches' | 'state'>,
  options: VpcOptions = {},
): Promise<VpcServer> {
  const addresses: AddressRecord[] = [];
  const events: VpcEvent[] = [];
  const state: VpcState = {
    eci,
    addresses,
    events,
    binding: options.binding ?? USUAL_BINDING,
    lagMs: options.lagMs ?? 0,
    statusLagMs: options.statusLagMs ?? 0,
    releasingMs: options.releasingMs ?? 0,
    maxAddresses: options.maxAddresses ?? MAX_ADDRESSES,
    missingAddress: options.missingAddress ?? 'ghost',
  };
  couple(state);
  const server = await startRpcServer(vpcService(state, eci, options), options);
  return {
    ...server,
    state,
    addresses,
    events,
    existing: () => existing(state),
    seed: (seeded) => seed(state, seeded),
    requestsOf: (action) => server.requests.filter((request) => request.action === action),
    misdeeds: (isExcused = () => false) => misdeedsOf(state, isExcused),
  };
}

/** From now on the plan of a cache depends on the address that its create names. */
function couple(state: VpcState): void {
  const { plan } = state.eci.state;
  state.eci.state.plan = (request, number) => {
    const { EipInstanceId } = request;
    const planned = () => plan(request, number);
    return EipInstanceId ? planWith(state, EipInstanceId, planned) : planned();
  };
}

function vpcService(
  state: VpcState,
  { clock, keys }: Pick<EciServer, 'clock' | 'keys'>,
  { tokens, denied = [], reshape = (_, answer) => answer }: VpcOptions,
): (request: Received, record: RequestRecord) => object {
  const verify = signatureVerifier(keys, clock);
  const remember = tokenMemory(clock, tokens);
  return (request, { action, version, parameters }) => {
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    const known = metadata[action];
    if (request.path !== '/' || version !== VERSION || !act || !known) {
      throw new RpcError(404, 'InvalidApi.NotFound', 'Specified api is not found.');
    }
    if (!known.method.split('|').includes(request.method)) {
      throw new RpcError(400, 'UnsupportedHTTPMethod', 'This http method is not supported.');
    }
    verify(request);
    const isTagging = Object.keys(parameters).some((name) => name.startsWith('Tag.'));
    const needed = action === 'AllocateEipAddress' && isTagging ? [action, 'TagResources'] : [action];
    if (needed.some((permission) => denied.includes(permission))) {
      throw new RpcError(403, 'Forbidden.RAM', 'User not authorized to operate on the specified resource.');
    }
    checkParameters(known.parameters, parameters);
    checkClientToken(parameters);
    return reshape(
      action,
      remember(action, parameters, () => act(state, parameters)),
    );
  };
}

function seed(state: VpcState, seeded: readonly SeededAddress[]): AddressRecord[] {
  return seeded.map((address) => {
    const record: AddressRecord = {
      ...numbered(state),
      name: 'seeded',
      regionId: TEST_REGION,
      resourceGroupId: address.resourceGroupId ?? '',
      tags: address.tags ?? [],
      allocatedAtMs: address.allocatedAtMs ?? state.eci.clock.now(),
      lagMs: 0,
      boundTo: address.boundTo,
      parameters: undefined,
    };
    state.addresses.push(record);
    return record;
  });
}

const MISDEEDS: Partial<Record<VpcEvent['kind'], string>> = {
  'released-while-building': 'was released while its cache was being built',
  missing: 'was handed to a create, but is not there',
  held: 'was handed to a create, but is not free',
};

function misdeedsOf({ addresses, events }: VpcState, isExcused: (event: VpcEvent) => boolean): string[] {
  const seeded = new Set(
    addresses.filter((address) => !address.parameters).map(({ allocationId }) => allocationId),
  );
  const counting = events.filter((event) => !isExcused(event));
  return counting.flatMap(({ kind, allocationId }) => {
    const isForeign = seeded.has(allocationId);
    const deed = MISDEEDS[kind] ?? (isForeign ? `is somebody else's: ${kind}` : undefined);
    return deed === undefined ? [] : [`${allocationId} ${deed}`];
  });
}
