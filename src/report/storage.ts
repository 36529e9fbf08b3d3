import type { RunRecord } from './record.js';

/** The temporary storage of an instance that asks for no more, by the vendor's overview of image caches. */
const DEFAULT_STORAGE_GIB = 30;

/** What an instance has to ask for beyond its default, so that the cache can be matched automatically; undefined without a size. */
export function extraStorageGiB({
  imageCacheSizeGiB,
}: Pick<RunRecord, 'imageCacheSizeGiB'>): number | undefined {
  return imageCacheSizeGiB === undefined ? undefined : Math.max(0, imageCacheSizeGiB - DEFAULT_STORAGE_GIB);
}

/** For a cache over the default. */
export function storageHint(record: Pick<RunRecord, 'imageCacheSizeGiB'>): string {
  const extra = extraStorageGiB(record) ?? 0;
  return `The cache has ${record.imageCacheSizeGiB ?? 0} GiB. Automatic matching considers only caches that fit the temporary storage of the instance, which is ${DEFAULT_STORAGE_GIB} GiB unless it asks for more: --EphemeralStorage ${extra}, or the annotation k8s.aliyun.com/eci-extra-ephemeral-storage: ${extra}Gi. An instance that names the cache by its ID needs neither.`;
}

/** What the size means for the bill, and for matching. */
export function sizeMeaning(record: Pick<RunRecord, 'imageCacheSizeGiB'>): string {
  const { imageCacheSizeGiB } = record;
  if (imageCacheSizeGiB === undefined) return '';
  const bill = `While it runs, every instance that starts from the cache is billed for a disk of the cache's size, ${imageCacheSizeGiB} GiB. Each GiB too many costs all of them; one too few fails the release. According to the vendor's billing page, 40 GiB for 3 hours cost USD 0.06, and building that cache costs USD 0.011.`;
  const matching =
    extraStorageGiB(record) === 0
      ? `Automatic matching considers only caches that fit the temporary storage of the instance, ${DEFAULT_STORAGE_GIB} GiB unless it asks for more; this cache fits.`
      : storageHint(record);
  return `${bill} ${matching}`;
}
