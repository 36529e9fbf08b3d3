/**
 * The steps that come after the registries' answers, by one name: in dist/ they are a file of their own, which is
 * loaded while the registries are waited for, and not before they are asked.
 */
export { buildEip } from './build-eip.js';
export { handOver } from './hand-over.js';
export { beginLookUp, lookUp } from './look-up.js';
export { logManifests } from './manifests.js';
export { warnOfMovingTags } from './moving-tags.js';
export { announce, createCache, useExisting } from './obtain.js';
export { planOf } from './plan.js';
export { rehearse } from './rehearse.js';
export { settle, settleAtOnce } from './settle.js';
export { logStorage } from './storage.js';
export { removeOldCaches } from './tidy.js';
