import { ActionError } from '../errors.js';
import { writeCommandFile } from './command-file.js';
import { setOutput } from './commands.js';
import { printable } from '../printable.js';
import type { Log } from './log.js';
import { mapTexts, type ImageRow, type RunRecord } from './record.js';
import type { Secrets } from './secrets.js';
import { extraStorageGiB } from './storage.js';

/** Where each output of action.yml comes from. Lists and objects are written as JSON. */
const OUTPUTS = {
  'image-cache-id': (record) => record.imageCacheId,
  'image-cache-name': (record) => record.imageCacheName,
  'image-cache-size': (record) => record.imageCacheSizeGiB,
  'container-group-id': (record) => record.containerGroupId,
  'request-id': (record) => record.requestId,
  status: (record) => record.status,
  result: (record) => record.result,
  'snapshot-id': (record) => record.snapshotId,
  // Not set before the images are known: an empty list would say that there are none.
  images: ({ images }) => (images.length > 0 ? images.map(({ reference }) => reference) : undefined),
  digests: ({ images }) => (images.length > 0 ? digestsOf(images) : undefined),
  'deleted-image-cache-ids': (record) => record.deleted,
  'annotated-manifests': (record) => record.annotatedManifests,
  match: (record) => record.match?.verdict,
  'extra-ephemeral-storage-gib': extraStorageGiB,
  'eip-instance-id': (record) => record.eipInstanceId,
} as const satisfies Record<string, (record: RunRecord) => string | number | object | undefined>;

export type OutputName = keyof typeof OUTPUTS;

export const OUTPUT_NAMES = Object.keys(OUTPUTS) as readonly OutputName[];

/** Writes the outputs that changed. Returns the problem if one of them is not written, and tries it again next time. */
export type WriteOutputs = (record: RunRecord) => ActionError | undefined;

/**
 * Hands the outputs to the runner as they become known, so that a later failure loses none. No secret is in them, and
 * no control character: parts of them come from registries and the service.
 *
 * @param write hands an output to the runner; replaced in tests
 */
export function outputWriter({
  env,
  secrets,
  log,
  write = setOutput,
}: {
  env: NodeJS.ProcessEnv;
  secrets: Secrets;
  log: Pick<Log, 'warning'>;
  write?: (name: OutputName, value: string) => void;
}): WriteOutputs {
  const written = new Map<OutputName, string>();
  const warnedOf = new Set<OutputName>();
  const update = (name: OutputName, record: RunRecord, safe: RunRecord): void => {
    const text = textOf(OUTPUTS[name](safe));
    // The runner appends each one to a file: what did not change is not written again.
    if (text === (written.get(name) ?? '')) return;
    const origins = [...secrets.originsIn(textOf(OUTPUTS[name](record)))];
    if (origins.length > 0 && !warnedOf.has(name)) {
      warnedOf.add(name);
      log.warning(incomplete(name, origins));
    }
    writeCommandFile('GITHUB_OUTPUT', env, () => {
      write(name, text);
    });
    written.set(name, text);
  };
  return (record) => {
    const safe = mapTexts(record, (text) => printable(secrets.hide(text)));
    let problem: ActionError | undefined;
    for (const name of OUTPUT_NAMES) {
      try {
        update(name, record, safe);
      } catch (error) {
        if (!(error instanceof ActionError)) throw error;
        problem ??= error;
      }
    }
    return problem;
  };
}

/** The runner drops an output with a secret in it between jobs, and says so only at the end of the job's log. */
function incomplete(name: OutputName, origins: readonly string[]): string {
  const holders = origins.map((origin) => origin || 'a login of this job').join(', ');
  return `The output ${name} contains a secret (the value of ${holders}): it is written with *** in its place, since GitHub does not pass an output with a secret to other jobs. Choose a secret that is not part of a name.`;
}

function textOf(value: string | number | object | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
}

function digestsOf(images: readonly ImageRow[]): Record<string, string> {
  return Object.fromEntries(
    images.flatMap(({ reference, digest }) => (digest ? [[reference, digest] as const] : [])),
  );
}
