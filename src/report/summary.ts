import { summary } from '@actions/core';
import { lastLine } from './ending.js';
import { formatBytes, shortDigest } from './format.js';
import type { Log } from './log.js';
import { code, fenced, plain, table } from './markdown.js';
import type { RunRecord } from './record.js';
import type { Secrets } from './secrets.js';

/** Adds the record to the job summary. One that cannot be written is a warning. */
export async function writeSummary(desk: { record: RunRecord; secrets: Secrets; log: Log }): Promise<void> {
  try {
    await summary.addRaw(renderSummary(redacted(desk.record, desk.secrets)), true).write();
  } catch (error) {
    desk.log.warning(`The job summary cannot be written: ${String(error)}`);
  }
}

/** The record as Markdown; without a secret where the record has none. */
export function renderSummary(record: RunRecord): string {
  return [heading(record), failures(record), facts(record), images(record), size(record), deployment(record)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function heading(record: RunRecord): string {
  const mark = record.failures.length > 0 ? '❌' : record.status === 'Ready' ? '✅' : 'ℹ️';
  const text = record.failures.length > 0 ? 'The image cache is not there' : lastLine(record);
  return `### ${mark} ECI image cache\n\n${plain(text)}`;
}

function failures({ failures: all, diagnosis }: RunRecord): string {
  const lines = all.flatMap(({ message, hint }) => [
    `- **${plain(message)}**`,
    ...(hint ? [`  <br>What to do: ${plain(hint)}`] : []),
  ]);
  const events = diagnosis?.events.map((event) => `- ${plain(event)}`) ?? [];
  return [...lines, ...(events.length > 0 ? ['', 'Events of the build:', '', ...events] : [])].join('\n');
}

function facts(record: RunRecord): string {
  const rows: [string, string | undefined][] = [
    ['ID', record.imageCacheId && code(record.imageCacheId)],
    ['Name', record.imageCacheName && code(record.imageCacheName)],
    ['Region', record.regionId && code(record.regionId)],
    ['Status', record.status && plain(record.status)],
    ['Size', record.imageCacheSizeGiB === undefined ? undefined : `${record.imageCacheSizeGiB} GiB`],
    ['Failed before', record.failedBefore.map(code).join(' ')],
    ['Deleted', record.deleted.map(code).join(' ')],
  ];
  const known = rows.flatMap(([name, value]) => (value ? [[name, value]] : []));
  return known.length > 0 ? table(['', ''], known) : '';
}

function images({ images: rows }: RunRecord): string {
  if (rows.length === 0) return '';
  return table(
    ['Image', 'Platform', 'Digest', 'Compressed', 'On disk'],
    rows.map((row) => [
      code(row.reference),
      plain(row.platform),
      row.digest ? code(shortDigest(row.digest)) : 'not read',
      row.compressedSizeBytes === undefined ? '' : formatBytes(row.compressedSizeBytes),
      row.unpackedSizeBytes === undefined ? '' : formatBytes(row.unpackedSizeBytes),
    ]),
  );
}

function size({ sizeExplanation }: RunRecord): string {
  return sizeExplanation.length > 0 ? fenced('text', sizeExplanation.join('\n')) : '';
}

/** How to use the cache; the annotation is the one that ECI's virtual nodes read. */
function deployment({ imageCacheId, status, failures: all }: RunRecord): string {
  if (imageCacheId === undefined || status !== 'Ready' || all.length > 0) return '';
  return [
    'Deploy with it:',
    '',
    fenced(
      'yaml',
      `# a pod on a virtual node\nmetadata:\n  annotations:\n    k8s.aliyun.com/eci-imc-id: ${imageCacheId}`,
    ),
  ].join('\n');
}

function redacted(record: RunRecord, secrets: Secrets): RunRecord {
  return JSON.parse(JSON.stringify(record), (_key, value: unknown) =>
    typeof value === 'string' ? secrets.redact(value) : value,
  ) as RunRecord;
}
