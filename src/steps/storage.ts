import { extraStorageGiB, storageHint } from '../report/storage.js';
import type { RunDeps } from './deps.js';

/** Says what an instance has to ask for where the cache is larger than the temporary storage that it has by default. */
export function logStorage({ log, record }: RunDeps): void {
  if ((extraStorageGiB(record) ?? 0) > 0) log.notice(storageHint(record));
}
