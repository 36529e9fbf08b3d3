import { quote } from '../images/quote.js';
import { parseReference, splitReference } from '../images/reference.js';
import { read, readCommit, readText, notPushed } from './read.js';
import type { EventContext, Reading } from './types.js';

const IMAGE_PACKAGES: ReadonlySet<string> = new Set(['container', 'docker']);
/** Gitea and Forgejo say `created`. */
const ACTIONS: ReadonlySet<string> = new Set(['published', 'updated', 'created']);

interface PackageParts {
  readonly name: string;
  readonly type: string;
  readonly isImage: boolean;
  readonly image: { readonly reference: string; readonly tag: string } | undefined;
  readonly commit: string;
  readonly untaggedHint: string;
}

/** registry_package, and package, which has the same shape under another key. */
export function readPackage({ eventName, payload }: EventContext): Reading {
  const details = read(payload, eventName);
  const own = read(payload, 'package');
  const parts =
    details === undefined || readText(own, 'version') !== '' ? partsOfGitea(own) : partsOf(details);
  const action = readText(payload, 'action');
  const seen = `the ${eventName} event (${quote(action)}) of package ${quote(parts.name)}`;

  if (!ACTIONS.has(action)) return notPushed(`${seen} publishes nothing`, HINT);
  if (!parts.isImage) {
    return notPushed(`${seen} is about a package of type ${quote(parts.type)}, not a container image`, HINT);
  }
  if (parts.image === undefined) return notPushed(`${seen} names no image with a tag`, parts.untaggedHint);
  return {
    tag: { known: true, name: parts.image.tag },
    packageReference: parts.image.reference,
    ...readCommit(parts.commit),
  };
}

/** GitHub's payload. The host in `package_url` is the Enterprise Server's own where there is one. */
function partsOf(details: unknown): PackageParts {
  const version = read(details, 'package_version');
  const type = readText(details, 'package_type');
  return {
    name: readText(details, 'name'),
    type,
    // GitHub's own sample of an image has package_type "npm"; fields that only an image has decide as well.
    isImage: isImageType(type) || read(version, 'container_metadata', 'tag') !== undefined,
    image: readImage(version),
    commit: readText(version, 'target_oid'),
    untaggedHint: UNTAGGED_HINT,
  };
}

/**
 * The payload of Gitea and Forgejo (modules/structs/package.go), under `package` for either event. Their registry is
 * at the host of the server. The version of an image without a tag is its digest.
 */
function partsOfGitea(details: unknown): PackageParts {
  const [type = '', name = '', version = ''] = ['type', 'name', 'version'].map((field) =>
    readText(details, field),
  );
  const url = readText(details, 'html_url');
  const host = URL.canParse(url) ? new URL(url).host : '';
  const reference = `${host}/${readText(details, 'owner', 'login')}/${name}`.toLowerCase() + `:${version}`;
  const isTagged = host !== '' && !version.includes(':') && isReference(reference);
  return {
    name,
    type,
    isImage: isImageType(type),
    image: isTagged ? { reference, tag: version } : undefined,
    commit: '',
    untaggedHint: GITEA_UNTAGGED_HINT,
  };
}

function isImageType(type: string): boolean {
  return IMAGE_PACKAGES.has(type.toLowerCase());
}

const HINT =
  'List the images in the input images with their tag, or run on the registry_package event of a container image.';
// https://github.com/github/docs/issues/22091: one event for each manifest of a multi-platform image.
const UNTAGGED_HINT =
  'Pushing a multi-platform image raises one event without a tag for each platform, and one with it: skip the others ' +
  "with if: github.event.registry_package.package_version.container_metadata.tag.name != ''. Or list the input images " +
  'with their tag.';
const GITEA_UNTAGGED_HINT =
  'Pushing an image raises one event for each manifest, named by its digest, and one for its tag: skip the others with ' +
  "if: ${{ !startsWith(github.event.package.version, 'sha256:') }}. Or list the input images with their tag.";

/** An untagged version's package_url ends in a bare colon; GitHub keeps the capitals of the owner in it. */
function readImage(version: unknown): { reference: string; tag: string } | undefined {
  const parts = splitReference(readText(version, 'package_url'));
  const name = parts.name.toLowerCase();
  const tag = (parts.tag ?? '') || readText(version, 'container_metadata', 'tag', 'name');
  const reference = `${name}:${tag}`;
  return name.includes('/') && isReference(reference) ? { reference, tag } : undefined;
}

/** The payload came over the network: only a valid reference counts as an image. */
function isReference(text: string): boolean {
  try {
    parseReference(text);
    return true;
  } catch {
    return false;
  }
}
