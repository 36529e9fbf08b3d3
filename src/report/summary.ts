import { appendFileSync } from 'node:fs';
import { phaseOf } from '../cache/statuses.js';
import { writeCommandFile } from './command-file.js';
import { eipFacts } from './eip.js';
import { consoleUrl, deployment } from './deployment.js';
import { lastLine } from './ending.js';
import { events, failures } from './failures.js';
import { formatBytes, shortDigest } from './format.js';
import { gantt } from './gantt.js';
import { manifests } from './manifests.js';
import { code, fenced, plain, table } from './markdown.js';
import { mapTexts, type ImageRow, type RunRecord } from './record.js';
import type { Secrets } from './secrets.js';
import { sizeMeaning } from './storage.js';

/** GitHub takes 1 MiB of a step ("Workflow commands", job summaries), and shows nothing of a larger one. */
const LONGEST_BYTES = 1_000_000;

/** Adds the record to the job summary. @throws ActionError if the runner's file cannot be written */
export function addSummary({
  record,
  secrets,
  env,
}: {
  record: RunRecord;
  secrets: Secrets;
  env: NodeJS.ProcessEnv;
}): void {
  const markdown = renderSummary(mapTexts(record, (text) => secrets.redact(text)));
  writeCommandFile('GITHUB_STEP_SUMMARY', env, () => {
    appendFileSync(env['GITHUB_STEP_SUMMARY'] ?? '', `${markdown}\n`);
  });
}

/** The record as Markdown; without a secret where the record has none. */
export function renderSummary(record: RunRecord): string {
  const sections: readonly (readonly [title: string, body: string])[] = [
    ['', heading(record)],
    ['', failures(record)],
    ['', facts(record)],
    ['Events of the build', events(record)],
    ['Images', images(record.images)],
    ['Manifests', manifests(record)],
    ['Size', size(record)],
    ['Time', gantt(record.phases)],
    ['Deploy with it', isUsable(record) ? deployment(record) : ''],
  ];
  return whatFits(
    sections
      .filter(([, body]) => body !== '')
      .map(([title, body]) => (title ? `#### ${title}\n\n${body}` : body)),
  ).join('\n\n');
}

/** Whole sections, the first ones first. */
function whatFits(parts: readonly string[]): readonly string[] {
  let left = LONGEST_BYTES;
  const fitting = parts.filter((part) => {
    const length = Buffer.byteLength(part);
    const fits = length <= left;
    if (fits) left -= length;
    return fits;
  });
  return fitting.length === parts.length
    ? parts
    : [...fitting, 'The rest is too long for a summary: see the log.'];
}

function heading(record: RunRecord): string {
  const [mark, title] = outcome(record);
  const head = `### ${mark} ECI image cache: ${plain(title)}`;
  // What failed and what to do stands right below, before anything else.
  if (record.failures.length > 0) return head;
  const isOver = record.result === 'dry-run' || record.nothingToCache !== undefined;
  const inTime = isUsable(record) || isOver ? '' : ` ${plain(NOT_READY)}`;
  return `${head}\n\n${plain(lastLine(record))}${inTime}`;
}

/** Naming the ID of a cache that is not Ready makes an instance fail (as measured on one account). */
const NOT_READY = 'Deploy with it once it is Ready. To wait for that, run this step again with wait: true.';

/** The result as a sign and in words: neither needs colour to be read. */
function outcome(record: RunRecord): readonly [mark: string, title: string] {
  const { failures: all, result = 'known', status = '', imageCacheId } = record;
  if (all.length > 0) {
    const isBuilding = imageCacheId !== undefined && phaseOf(status) === 'in-progress';
    return ['❌', isBuilding ? 'not Ready yet' : 'failed'];
  }
  if (record.nothingToCache !== undefined) return ['ℹ️', 'nothing to cache'];
  if (result === 'dry-run') return ['ℹ️', 'dry run'];
  return status === 'Ready' ? ['✅', result] : ['ℹ️', `${result}, not Ready yet`];
}

function isUsable({ status, failures: all, result }: RunRecord): boolean {
  return status === 'Ready' && all.length === 0 && result !== 'dry-run';
}

function facts(record: RunRecord): string {
  const { imageCacheId, imageCacheName, regionId, wouldDelete } = record;
  const rows: [string, string | undefined][] = [
    [record.result === 'dry-run' ? 'Would use' : 'ID', imageCacheId && code(imageCacheId)],
    ['Name', imageCacheName && code(imageCacheName)],
    ['Region', regionId && `${code(regionId)}${consoleLink(regionId)}`],
    ['Status', record.status && plain(record.status)],
    ['Size', sizeOf(record)],
    ['Would match', record.match && plain(record.match.text)],
    ['Tags that move', record.movingTags.map(plain).join('; ')],
    ['Other content of the same tags', record.otherContent.map(code).join(' ')],
    ['Failed before', record.failedBefore.map(code).join(' ')],
    ['May be deleted', record.surplus.map(code).join(' ')],
    ['Kept, in use', record.keptInUse.map(code).join(' ')],
    ['Deleted', record.deleted.map(code).join(' ')],
    ['Would delete', wouldDelete && (wouldDelete.map(code).join(' ') || 'nothing')],
    [
      'EIP',
      eipFacts(record)
        .map(([id, words]) => `${code(id)} ${plain(words)}`)
        .join('; '),
    ],
    ['Would release', record.wouldReleaseEips?.map(code).join(' ')],
  ];
  // Markdown has no table without a head, and an empty one looks like a fault.
  const [head, ...others] = rows.flatMap(([name, value]) => (value ? [[name, value]] : []));
  return head ? table(head, others) : '';
}

function consoleLink(regionId: string): string {
  const url = consoleUrl(regionId);
  return url === undefined ? '' : ` · [ECI console](${url})`;
}

/** Keeps a number and its unit on one line of a narrow cell. */
const NO_BREAK = '\u00a0';

const SIZE_ORIGINS = { computed: ', computed', explicit: ', as image-cache-size says' } as const;

function sizeOf({ imageCacheSizeGiB, sizeOrigin }: RunRecord): string | undefined {
  if (imageCacheSizeGiB === undefined) return undefined;
  return `${imageCacheSizeGiB} GiB${sizeOrigin ? SIZE_ORIGINS[sizeOrigin] : ''}`;
}

/** Sizes on disk have columns only if they were needed: not if an existing cache is used. */
function images(rows: readonly ImageRow[]): string {
  if (rows.length === 0) return '';
  const measured = rows.some(({ unpackedSizeBytes }) => unpackedSizeBytes !== undefined);
  const bytes = (sizeBytes: number | undefined): string =>
    sizeBytes === undefined ? '' : formatBytes(sizeBytes).replace(' ', NO_BREAK);
  return table(
    ['Image', 'Platform', 'Digest', 'Compressed', ...(measured ? ['On disk', 'Layers measured by'] : [])],
    rows.map((row) => [
      code(row.reference),
      plain(row.platform),
      row.digest ? code(shortDigest(row.digest)) : 'not known',
      bytes(row.compressedSizeBytes),
      ...(measured ? [bytes(row.unpackedSizeBytes), plain(row.measuredBy ?? '')] : []),
    ]),
  );
}

function size(record: RunRecord): string {
  const { sizeExplanation, sizeOrigin } = record;
  const sum = sizeExplanation.length > 0 ? fenced('text', sizeExplanation.join('\n')) : '';
  const explained =
    sum && sizeOrigin === 'explicit' ? `According to the registry, the images take:\n\n${sum}` : sum;
  return [explained, record.failures.length > 0 ? '' : plain(sizeMeaning(record))]
    .filter(Boolean)
    .join('\n\n');
}
