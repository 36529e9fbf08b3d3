import { quote } from '../images/quote.js';
import { parseReference } from '../images/reference.js';
import { read, readCommit, readText, notPushed } from './read.js';
import type { EventContext, Reading } from './types.js';

const IMAGE_PACKAGES: ReadonlySet<string> = new Set(['container', 'docker']);
const ACTIONS: ReadonlySet<string> = new Set(['published', 'updated']);

/**
 * registry_package, and package, which has the same shape under another key. The image is
 * `package_version.package_url`, whose host is the Enterprise Server's own where there is one.
 */
export function readPackage({ eventName, payload }: EventContext): Reading {
  const details = read(payload, eventName);
  const version = read(details, 'package_version');
  const action = readText(payload, 'action');
  const type = readText(details, 'package_type');
  const seen = `the ${eventName} event (${quote(action)}) of package ${quote(readText(details, 'name'))}`;

  if (!ACTIONS.has(action)) return notPushed(`${seen} publishes nothing`, HINT);
  // GitHub's own sample of an image has package_type "npm"; what only an image has decides as well.
  const isImage =
    IMAGE_PACKAGES.has(type.toLowerCase()) || read(version, 'container_metadata', 'tag') !== undefined;
  if (!isImage)
    return notPushed(`${seen} is about a package of type ${quote(type)}, not a container image`, HINT);

  const image = readImage(version);
  if (image === undefined) return notPushed(`${seen} names no image with a tag`, UNTAGGED_HINT);
  return {
    tag: { known: true, name: image.tag },
    packageReference: image.reference,
    ...readCommit(readText(version, 'target_oid')),
  };
}

const HINT =
  'List the images in the input images with their tag, or run on the registry_package event of a container image.';
// https://github.com/github/docs/issues/22091: one event for each manifest of a multi-platform image.
const UNTAGGED_HINT =
  'Pushing a multi-platform image raises one event without a tag for each platform, and one with it: skip the others ' +
  "with if: github.event.registry_package.package_version.container_metadata.tag.name != ''. Or list the input images " +
  'with their tag.';

/** An untagged version's package_url ends in a bare colon; GitHub keeps the capitals of the owner in it. */
function readImage(version: unknown): { reference: string; tag: string } | undefined {
  const url = readText(version, 'package_url').replace(/@.*$/s, '');
  const colon = url.indexOf(':', url.lastIndexOf('/') + 1);
  const name = (colon < 0 ? url : url.slice(0, colon)).toLowerCase();
  const tag =
    (colon < 0 ? '' : url.slice(colon + 1)) || readText(version, 'container_metadata', 'tag', 'name');
  const reference = `${name}:${tag}`;
  return name.includes('/') && isReference(reference) ? { reference, tag } : undefined;
}

/** The payload came over the network: what is no reference is no image. */
function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
