import { Observations } from './cache/observations.js';
import { observing } from './cache/observe.js';
import { withRetries } from './cache/retry.js';
import type { ImageCacheService } from './cache/service.js';
import { clockWithSpeed, type Clock } from './clock.js';
import { readReleaseContext, type ReleaseContext } from './context.js';
import { hasGitHubRunner, idTokenIssuer } from './context/server.js';
import { createEciService } from './eci/client.js';
import type { CredentialProvider } from './eci/access-key.js';
import { oidcProvider, staticProvider } from './eci/credentials.js';
import { diagnoseEvent } from './eci/events.js';
import { headStart } from './eci/head-start.js';
import { loadSdk, type Connection } from './eci/call.js';
import type { EipService } from './eip/service.js';
import { ActionError } from './errors.js';
import { eventOfRunner } from './event.js';
import { keepCertificatesChecked } from './http/certificates.js';
import { readProxies } from './http/proxies.js';
import { createNetwork } from './http/send.js';
import type { Send } from './http/types.js';
import { runnerIdToken } from './id-token.js';
import { readInputs, summaryWanted } from './inputs.js';
import { doubtOfRegion } from './inputs/regions.js';
import { readRunner, type Runner } from './inputs/runner.js';
import type { Inputs } from './inputs/types.js';
import { untilCancelled } from './process.js';
import { dockerLogins } from './registry/docker-config.js';
import { loginsFor, type Logins } from './registry/logins.js';
import { createRegistry } from './registry/registry.js';
import { runnerLog } from './report/console.js';
import { outputFailure, reportFailure, reportSuccess } from './report/ending.js';
import { sentence } from './report/format.js';
import type { Log, StepLog } from './report/log.js';
import { maskFor } from './report/mask.js';
import { outputWriter } from './report/outputs.js';
import { startRecord, type Note, type RunRecord } from './report/record.js';
import { Secrets } from './report/secrets.js';
import { loadSummary, writeSummary } from './report/write-summary.js';
import { run } from './run.js';
import { USER_AGENT } from './version.js';

/** What everything below writes to. */
interface Reporting {
  readonly secrets: Secrets;
  readonly log: StepLog;
  readonly record: RunRecord;
  readonly note: Note;
  /** Whether an error may have several lines. */
  readonly severalLines: boolean;
}

/**
 * Wires inputs, clients and reports together. Never rejects.
 *
 * @param signal aborts with a Cancelled as its reason
 * @returns the process's exit code: 0 only when what was asked for holds
 */
export async function main(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const runner = readRunner({ env });
  const severalLines = hasGitHubRunner(runner.server);
  const secrets = new Secrets(maskFor(runner.server));
  const log = runnerLog(secrets, { severalLines });
  const writeOutputs = outputWriter({ env, secrets, log });
  const reporting = { secrets, log, severalLines, ...startRecord(writeOutputs) };
  let exitCode = 0;
  try {
    await untilCancelled(work(env, runner, reporting, signal), signal, reporting.record);
    const problem = writeOutputs(reporting.record);
    if (problem) throw problem;
    reportSuccess(reporting);
  } catch (error) {
    const problem = writeOutputs(reporting.record);
    const isOfOutputs =
      problem !== undefined && error instanceof ActionError && error.message === problem.message;
    exitCode = reportFailure(isOfOutputs ? outputFailure(problem, reporting.record) : error, reporting);
    if (problem && !isOfOutputs) log.warning(problem.message);
  }
  if (summaryWanted({ env })) await writeSummary({ ...reporting, env });
  return exitCode;
}

async function work(
  env: NodeJS.ProcessEnv,
  runner: Runner,
  reporting: Reporting,
  signal: AbortSignal,
): Promise<void> {
  const { log, note, secrets } = reporting;
  keepCertificatesChecked(env, log);
  const network = createNetwork({ proxyFor: readProxies(runner.proxies, { secrets, log }) });
  const { send } = network;
  const context = releaseContext(log);
  const inputs = await readInputs({ env }, context, secrets);
  note({ regionId: inputs.regionId });
  for (const warning of inputs.warnings) log.warning(warning);

  const clock = clockWithSpeed(inputs.clockSpeed);
  const logins = loginsOf(runner, inputs, reporting);
  const registry = createRegistry({
    send,
    credentialsFor: (host) => logins.credentialsFor(host),
    loginPlaces: logins.places,
    plainHttpRegistries: inputs.plainHttpRegistries,
    insecureRegistries: inputs.insecureRegistries,
    userAgent: USER_AGENT,
    clock,
    log,
    signal,
    onSecret: (secret) => {
      secrets.add(secret);
    },
  });
  const { credentials, service, eips, observations } = vendorOf(inputs, reporting, clock, { env, send });
  try {
    await run(inputs, context, {
      ...reporting,
      registry,
      service: withRetries(observing(service, observations, clock), { clock, log, signal }),
      headStart: (load) => headStart(credentials, () => Promise.all([loadSdk(), load(), loadSummary()])),
      explainEvent: diagnoseEvent,
      eips,
      clock,
      signal,
      dockerConfigHosts: logins.dockerConfigHosts,
    });
  } finally {
    for (const line of observations.lines()) log.debug(line);
    network.close();
  }
}

/** @throws ActionError if the event says that this repository released nothing */
function releaseContext(log: Log): ReleaseContext {
  const event = eventOfRunner((message) => {
    log.warning(message);
  });
  const context = readReleaseContext(event);
  const { tag } = context;
  if (!tag.known && tag.refused)
    throw new ActionError(sentence(`Not a release: ${tag.problem}`), { hint: tag.hint });
  return context;
}

interface Vendor {
  readonly credentials: CredentialProvider;
  readonly service: ImageCacheService;
  readonly eips: () => Promise<EipService>;
  readonly observations: Observations;
}

function vendorOf(
  inputs: Inputs,
  { secrets, log }: Reporting,
  clock: Clock,
  { env, send }: { readonly env: NodeJS.ProcessEnv; readonly send: Send },
): Vendor {
  const { regionId, resourceGroupId, endpoint, vpcEndpoint } = inputs;
  const observations = new Observations();
  const calls = {
    ...{ regionId, regionDoubt: doubtOfRegion(regionId), userAgent: USER_AGENT },
    ...{ send, secrets, log, observations },
  };
  const credentials = credentialsOf(inputs, calls, clock, env);
  const credentialsOrigin = inputs.credentials.kind === 'static' ? inputs.credentials.origin : undefined;
  const signed = { ...calls, resourceGroupId, credentials, credentialsOrigin };
  const service = createEciService({ ...signed, endpoint });
  const eips = async (): Promise<EipService> =>
    (await import('./eci/vpc.js')).createEipService({ ...signed, endpoint: vpcEndpoint });
  return { credentials, service, eips, observations };
}

function loginsOf(
  { dockerConfig, containersAuth }: Runner,
  { registryCredentials, releaseImages }: Inputs,
  { secrets, log }: Reporting,
): Logins {
  if (!dockerConfig) {
    log.debug('This user has no home folder, and DOCKER_CONFIG is not set: no Docker config is read.');
  }
  const files = [...(dockerConfig ? [dockerConfig] : []), ...containersAuth];
  return loginsFor({
    credentials: registryCredentials,
    images: releaseImages,
    fromFiles: dockerLogins({ file: dockerConfig, otherFiles: containersAuth, secrets, log }),
    files: files.map(({ shownAs }) => shownAs),
  });
}

function credentialsOf(
  { credentials, stsEndpoint }: Inputs,
  calls: Omit<Connection, 'credentials' | 'endpoint'>,
  clock: Clock,
  env: NodeJS.ProcessEnv,
): CredentialProvider {
  if (credentials.kind === 'static') {
    calls.log.info(`Credentials: ${credentials.origin}.`);
    return staticProvider(credentials);
  }
  calls.log.info(`Credentials: the runner's OIDC token, for the role ${credentials.roleToAssume}.`);
  const now = (): number => clock.now();
  return oidcProvider({
    ...calls,
    endpoint: stsEndpoint,
    endpointInput: 'sts-endpoint',
    idTokenIssuer: idTokenIssuer(env),
    credentials,
    getIdToken: (audience) => runnerIdToken(audience, { env, ...calls }),
    now,
  });
}
