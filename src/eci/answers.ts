import type { ImageCache, ServiceEvent, Tag, Usage } from '../cache/service.js';
import { isRecord } from '../http/foreign-text.js';

/**
 * Reads answers of the service, whose shape is not trusted. A field that is missing or of another type is empty; an
 * entry that needs it is left out.
 */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** In characters; an event's message is a line or two. */
const LONGEST_MESSAGE = 4_000;

/** A string or a number as text, anything else as the empty text. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

/** A number that is not negative, also if it came as text. */
export function count(value: unknown): number | undefined {
  const digits = text(value).trim();
  if (!/^\d+(\.\d+)?$/.test(digits)) return undefined;
  return Number(digits);
}

/** The field under the first of these names that is there, each also with a small first letter. */
export function field(record: JsonRecord, ...names: readonly string[]): unknown {
  return names
    .flatMap((name) => [name, name.charAt(0).toLowerCase() + name.slice(1)])
    .filter((name) => Object.hasOwn(record, name))
    .map((name) => record[name])
    .find((value) => value !== undefined && value !== null);
}

/** Whether there is anything in it: a text that is not empty, a list or an object with anything in them. */
export function isPresent(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.values(value).some(isPresent);
  return value !== undefined && value !== null && value !== '';
}

/**
 * The entries of a list, which some of the vendor's products wrap: `"Images": {"Image": […]}`, where one entry may stand
 * without its list. Undefined if it is neither a list nor such an object.
 */
export function entries(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  const [inner, ...others] = isRecord(value) ? Object.values(value) : [];
  if (others.length > 0) return undefined;
  if (Array.isArray(inner)) return inner as unknown[];
  return isRecord(inner) && isPresent(inner) ? [inner] : undefined;
}

/** The objects in a list; none if it is not a list. */
export function records(value: unknown): readonly JsonRecord[] {
  return (entries(value) ?? []).filter(isRecord);
}

/** The service writes IDs in small letters. One in other letters is still the same cache, and callers compare IDs as they are. */
export function cacheId(value: unknown): string {
  const id = text(value);
  return /^imc-/i.test(id) ? id.toLowerCase() : id;
}

/** One entry of DescribeImageCaches; undefined without an ID, since it would be useless. */
export function imageCacheOf(record: JsonRecord): ImageCache | undefined {
  const imageCacheId = cacheId(field(record, 'ImageCacheId'));
  if (imageCacheId === '') return undefined;
  return {
    imageCacheId,
    imageCacheName: text(field(record, 'ImageCacheName')),
    imageCacheSizeGiB: count(field(record, 'ImageCacheSize')),
    containerGroupId: text(field(record, 'ContainerGroupId')),
    snapshotId: text(field(record, 'SnapshotId')),
    flashSnapshotId: text(field(record, 'FlashSnapshotId')),
    status: text(field(record, 'Status')),
    progress: text(field(record, 'Progress')),
    creationTime: text(field(record, 'CreationTime')),
    lastMatchedTime: text(field(record, 'LastMatchedTime')),
    images: (entries(field(record, 'Images')) ?? []).map(text).filter(Boolean),
    tags: tagsOf(field(record, 'Tags')),
    events: records(field(record, 'Events')).map(eventOf),
  };
}

/** A list, or an object that has the keys for names. What is neither is no tag, so that it rules nothing out. */
function tagsOf(value: unknown): readonly Tag[] {
  if (entries(value) || !isRecord(value))
    return records(value)
      .map(tagOf)
      .filter(({ key }) => key !== '');
  const texts = Object.entries(value).filter(([, content]) => text(content) !== '');
  return texts.map(([key, content]) => ({ key, value: text(content) }));
}

/** ECI's documents have Key and Value; other products, and some answers of the same API, TagKey and TagValue. */
function tagOf(record: JsonRecord): Tag {
  return { key: text(field(record, 'Key', 'TagKey')), value: text(field(record, 'Value', 'TagValue')) };
}

/**
 * Events of a cache are documented with capital names. Those of a container group have capitals in the SDK's
 * model and small letters in the vendor's sample ("Custom events of ECI"), with the name in the metadata.
 */
export function eventOf(record: JsonRecord): ServiceEvent {
  const metadata = field(record, 'Metadata');
  const nameInMetadata = isRecord(metadata) ? field(metadata, 'Name') : undefined;
  return {
    type: text(field(record, 'Type')),
    reason: text(field(record, 'Reason')),
    message: text(field(record, 'Message')).slice(0, LONGEST_MESSAGE),
    name: text(field(record, 'Name')) || text(nameInMetadata),
    lastTimestamp: text(field(record, 'LastTimestamp')),
  };
}

/** ListUsage's Attributes, whose values come as text or as numbers; undefined if either is missing. */
export function usageOf(answer: JsonRecord): Usage | undefined {
  const given = field(answer, 'Attributes');
  const attributes = isRecord(given) ? given : {};
  const maxImageCaches = count(field(attributes, 'MaxImageCacheCount'));
  const usedImageCaches = count(field(attributes, 'UsedImageCacheCount'));
  if (maxImageCaches === undefined || usedImageCaches === undefined) return undefined;
  return { maxImageCaches, usedImageCaches };
}
