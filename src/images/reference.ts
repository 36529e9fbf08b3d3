// Image references as Docker, containerd and Kubernetes read them. The grammar is the one at the head of
// https://github.com/distribution/reference/blob/main/reference.go, the short names are those of its
// normalize.go. Stricter on purpose in one thing: a first component with capitals and neither '.' nor ':'
// ("MyOrg/app") is a host name to Docker, but almost always a mistake, so it is refused.
import { isIPv6 } from 'node:net';
import { ActionError } from '../errors.js';
import { quote } from './quote.js';

/** An image in its registry; short names are written out. */
export interface ImageReference {
  /** host[:port] in lower case; an IPv6 host is in brackets. */
  readonly registry: string;
  /** The repository within the registry, e.g. library/nginx. */
  readonly repository: string;
  readonly tag?: string | undefined;
  /** algorithm:hex */
  readonly digest?: string | undefined;
}

const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_BEFORE_2015 = 'index.docker.io';
const LONGEST_REPOSITORY = 255;
const LONGEST_TAG = 128;
const HIGHEST_PORT = 65_535;

const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
// The two algorithms that the OCI image specification registers (descriptor.md, "Registered algorithms").
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
// Docker reads it as an image ID, never as a repository.
const IMAGE_ID = /^[0-9a-f]{64}$/;

interface Fault {
  readonly why: string;
  readonly hint?: string | undefined;
}

/**
 * Reads an image reference, short names included.
 * @throws ActionError that quotes the text and says what is wrong with it
 */
export function parseReference(text: string): ImageReference {
  const { name, tag, digest } = splitReference(text);
  const { registry, repository } = expandName(name);
  const found =
    textFault(text) ??
    hostFault(registry) ??
    repositoryFault(repository, text, name) ??
    tagFault(tag) ??
    digestFault(digest);
  if (found) throw new ActionError(`${quote(text)} is not an image reference: ${found.why}`, found);
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The reference in full: registry/repository[:tag][@digest]. */
export function formatReference(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}${formatSuffix(reference)}`;
}

/** [:tag][@digest] */
export function formatSuffix({ tag, digest }: ImageReference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Whether the first of several path components names a registry, and not a namespace on Docker Hub. */
export function isRegistryHost(firstComponent: string): boolean {
  return firstComponent === 'localhost' || /[.:]/.test(firstComponent);
}

/** Host names ignore case, and Docker Hub has two of them. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return lower === DOCKER_HUB_BEFORE_2015 ? DOCKER_HUB : lower;
}

/** What is wrong with an image tag, as the end of a sentence; undefined if nothing is. */
export function tagProblem(tag: string): string | undefined {
  if (tag === '') return 'the tag is empty';
  const alien = /[^\w.-]/u.exec(tag)?.[0];
  if (alien !== undefined) return `a tag cannot contain ${quote(alien)}`;
  if (!/^\w/.test(tag)) return `a tag cannot start with ${quote(tag.charAt(0))}`;
  if (tag.length > LONGEST_TAG) return `the tag has ${tag.length} characters, and ${LONGEST_TAG} are allowed`;
  return undefined;
}

/** Splits at the separators, without checking the parts. */
export function splitReference(text: string): {
  name: string;
  tag: string | undefined;
  digest: string | undefined;
} {
  const at = text.indexOf('@');
  const tagged = at < 0 ? text : text.slice(0, at);
  // A colon before the last slash belongs to the port, or to an IPv6 host.
  const colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
  return {
    name: colon < 0 ? tagged : tagged.slice(0, colon),
    tag: colon < 0 ? undefined : tagged.slice(colon + 1),
    digest: at < 0 ? undefined : text.slice(at + 1),
  };
}

function expandName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const named = isRegistryHost(first);
  const registry = named ? canonicalHost(first) : DOCKER_HUB;
  const path = named ? name.slice(slash + 1) : name;
  const official = registry === DOCKER_HUB && path !== '' && !path.includes('/');
  return { registry, repository: official ? `library/${path}` : path };
}

function textFault(text: string): Fault | undefined {
  if (text === '') return { why: 'it is empty' };
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) {
    return {
      why: `it starts with ${scheme}`,
      hint: `Leave ${scheme} out: a reference starts with its host.`,
    };
  }
  if (/\s/.test(text)) {
    return { why: 'it contains white space', hint: 'Put every reference on a line of its own.' };
  }
  if (/^\[[^\]/]*\](?::\d*)?$/.test(text)) return { why: 'it names a registry and no repository' };
  if (IMAGE_ID.test(text)) {
    return {
      why: 'Docker reads 64 hexadecimal digits as an image ID',
      hint: 'Name the repository that the image was pushed to.',
    };
  }
  return undefined;
}

function hostFault(registry: string): Fault | undefined {
  const parts = /^(\[[^\]]*\]|[^:[\]]*)(?::([^:]*))?$/.exec(registry);
  if (!parts) {
    return {
      why: `${quote(registry)} is not a registry host`,
      hint: 'Put an IPv6 host into brackets: [::1]:5000.',
    };
  }
  const [, host = '', port] = parts;
  // A URL takes a last label of digits for an IPv4 address, and xn-- for Punycode (WHATWG URL, "Host parsing").
  const valid = host.startsWith('[')
    ? isBracketedIPv6(host)
    : host.split('.').every((l) => DOMAIN_LABEL.test(l)) && URL.canParse(`https://${host}`);
  if (!valid) return { why: `${quote(host)} is not a registry host` };
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) <= HIGHEST_PORT)) {
    return { why: `${quote(port)} is not a port`, hint: SLASH_IN_TAG };
  }
  return undefined;
}

const SLASH_IN_TAG =
  'If the text after the colon was meant as the tag: tags have no "/"; docker/metadata-action writes "-" in its place.';

// The grammar leaves out zones (fe80::1%eth0) and IPv4 in IPv6 (::ffff:192.0.2.1); isIPv6 would let them in.
function isBracketedIPv6(host: string): boolean {
  const address = host.slice(1, -1);
  return /^[0-9a-f:]+$/i.test(address) && isIPv6(address);
}

function repositoryFault(repository: string, text: string, name: string): Fault | undefined {
  if (repository === '') return { why: 'the repository is missing' };
  if (repository.length > LONGEST_REPOSITORY) {
    return {
      why: `the repository has ${repository.length} characters, and ${LONGEST_REPOSITORY} are allowed`,
    };
  }
  const bad = repository.split('/').find((component) => !PATH_COMPONENT.test(component));
  if (bad === undefined) return undefined;
  if (bad === '') return { why: 'a part between slashes is empty', hint: EMPTY_PART };
  if (PATH_COMPONENT.test(bad.toLowerCase())) {
    const lower = `${name.toLowerCase()}${text.slice(name.length)}`;
    return {
      why: `${quote(bad)} has capitals, and repositories are lower-case`,
      hint: `Write ${lower}. (github.repository keeps its owner's capitals; docker/metadata-action lowers them.)`,
    };
  }
  return {
    why: `${quote(bad)} is not part of a repository name`,
    hint: bad.includes(':')
      ? SLASH_IN_TAG
      : 'Allowed are lower-case letters and digits, with single ".", "_" or "__" or any number of "-" between them.',
  };
}

const EMPTY_PART = 'If it contains an expression of the workflow, the expression may have come out empty.';

function tagFault(tag: string | undefined): Fault | undefined {
  const why = tag === undefined ? undefined : tagProblem(tag);
  return why === undefined ? undefined : { why, hint: tag === '' ? EMPTY_PART : undefined };
}

function digestFault(digest: string | undefined): Fault | undefined {
  if (digest === undefined || DIGEST.test(digest)) return undefined;
  return {
    why: `${quote(digest)} is not a digest`,
    hint: 'A digest is sha256: and 64, or sha512: and 128 lower-case hexadecimal digits.',
  };
}
