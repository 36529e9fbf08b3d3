import { ActionError } from '../errors.js';
import type { ImageCache } from './service.js';

/** Caches were requested, but no look-up shows them. @param isNew whether the last one is known to be building */
export function cannotBeSeen(ids: readonly string[], isNew: boolean): ActionError {
  const [subject, verb] = ids.length === 1 ? ['Image cache', 'was'] : ['Image caches', 'were'];
  const building = isNew ? ' The instance that builds it is there, so it is being built.' : '';
  return new ActionError(
    `${subject} ${ids.join(' and ')} ${verb} requested, but no look-up finds ${ids.length === 1 ? 'it' : 'them'} by ID, tag or name.${building} No further cache is requested, since each may exist and cost money.`,
    {
      hint: 'Look for them in the ECI console, in every resource group. Most likely the credentials are allowed to create caches, but not to list them: grant eci:DescribeImageCaches, and set resource-group-id to the group that the credentials are limited to. If they were deleted on purpose, run with reuse: false, or set client-token to a value that was never used before.',
    },
  );
}

/** The service has answered with a cache of another content. @param isChosen whether the user chose the token */
export function tokenUsedBefore({ imageCacheId, images }: ImageCache, isChosen: boolean): ActionError {
  const token = isChosen ? 'Input client-token: the token' : 'The client token';
  return new ActionError(
    `${token} was used before: the service answered with ${imageCacheId}, which holds ${images.join(', ') || 'other images'}, but not the requested content.`,
    { hint: 'Leave client-token out, or set it to a value that was never used before.' },
  );
}

/** Every token that was tried had been used. */
export function allRepeated(): ActionError {
  return new ActionError(
    'The service treats every request for this cache as a repetition of an earlier one.',
    {
      hint: 'Set client-token to a value that was never used before, and run again.',
    },
  );
}
