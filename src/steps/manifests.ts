import type { ReleaseContext } from '../context.js';
import type { Inputs } from '../inputs/types.js';
import type { ManifestsInput } from '../inputs/manifests.js';
import type { Message } from '../manifests/messages.js';
import type { Pod, PodImage } from '../manifests/types.js';
import type { PodRow } from '../report/record.js';
import type { RunDeps } from './deps.js';
import { hasFullVersion, movingTag } from './moving-tags.js';

/** Says which pods the manifests make, what was passed over, and what would keep instances from using the cache. */
export async function logManifests(
  inputs: Inputs,
  { content }: ManifestsInput,
  context: ReleaseContext,
  deps: RunDeps,
): Promise<void> {
  const { podLabel } = await import('../manifests/lazy.js');
  const { log, note } = deps;
  const isFull = hasFullVersion(inputs, context);
  const pods = content.pods.map((pod) => rowOf(pod, podLabel(pod), isFull));
  log.info(
    `${content.files.length} files, ${pods.length} pods, ${content.images.length} different images in them.`,
  );
  for (const { label, doubts } of pods) for (const doubt of doubts) log.info(`${label}: ${doubt}`);
  logMessages(content.messages, deps);
  const pulling = pods.filter((_, at) =>
    content.pods[at]?.images.some(({ pullsAlways }) => pullsAlways !== undefined),
  );
  if (pulling.length > 0) {
    log.warning(
      `${pulling.length} of ${pods.length} pods pull their images at every start, even if the cache holds them (imagePullPolicy Always): ${listOf(pulling)}. Set imagePullPolicy: IfNotPresent, and a tag other than latest.`,
    );
  }
  note({ pods });
}

/** Messages go to log and record alike. */
export function logMessages(messages: readonly Message[], { log, note, record }: RunDeps): void {
  for (const { level, text } of messages) {
    if (level === 'info') log.info(text);
    else if (level === 'notice') log.notice(text);
    else log.warning(text);
  }
  note({ manifestNotes: [...record.manifestNotes, ...messages.map(({ text }) => text)] });
}

/** Longer lists are cut: a line has to be read. */
const MOST_PODS = 20;

function listOf(pods: readonly PodRow[]): string {
  const more = pods.length > MOST_PODS ? `, and ${pods.length - MOST_PODS} more` : '';
  return `${pods
    .slice(0, MOST_PODS)
    .map(({ label }) => label)
    .join(', ')}${more}`;
}

function rowOf({ file, images }: Pod, label: string, isFull: boolean): PodRow {
  return { label, file, doubts: images.flatMap((image) => doubtsOf(image, isFull)), isAnnotated: false };
}

/** What would keep an instance from using the cache for this image, or from getting what it means. */
function doubtsOf({ text, pullsAlways }: PodImage, isFull: boolean): string[] {
  const moving = movingTag(text, isFull);
  return [
    ...(pullsAlways === 'explicit' ? [`${text} has imagePullPolicy Always`] : []),
    ...(pullsAlways === 'implied'
      ? [`${text} has imagePullPolicy Always, implied by ${moving ?? 'its tag'}`]
      : []),
    ...(moving === undefined ? [] : [`the tag of ${text} moves (${moving})`]),
  ];
}
