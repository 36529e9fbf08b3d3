import type { Clock } from '../clock.js';
import { ActionError } from '../errors.js';
import type { Send } from '../http/types.js';
import type { HttpResponse } from '../http/types.js';
import type { Platform } from '../images/platform.js';
import type { ReleaseImage } from '../images/registry-map.js';
import type { Log } from '../report/log.js';

/** An answer, and what was asked for it: `url` is another one where there was a redirect. */
export interface Answer extends HttpResponse {
  readonly asked: URL;
  /** Whether an error may repeat what it says: only where the user named the host. */
  readonly mayQuote: boolean;
}

/** One layer as the manifest lists it. */
export interface LayerDescriptor {
  readonly digest: string;
  readonly mediaType: string;
  /** Of the blob as it is stored, so usually compressed. */
  readonly sizeBytes: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** Where a foreign layer may be had other than from the registry; empty for ordinary layers. */
  readonly urls: readonly string[];
}

/** An image that exists in its registry, for one platform. */
export interface InspectedImage {
  readonly image: ReleaseImage;
  /** Of the platform's image manifest, computed over the bytes received. */
  readonly digest: string;
  /** From the index entry or the config; undefined for a manifest without an index, whose config is not read. */
  readonly platform: Platform | undefined;
  readonly configDigest: string;
  readonly configSizeBytes: number;
  /** Base first, duplicates kept, as in the manifest. */
  readonly layers: readonly LayerDescriptor[];
}

/** Reads pieces of one image's layers. */
export interface BlobReader {
  /**
   * Bytes `start` to `end`, both inclusive. Undefined if the registry does not serve this range: it
   * answered with anything else, and was hung up on at once. Throws RegistryError.
   */
  range(layer: LayerDescriptor, start: number, end: number): Promise<Buffer | undefined>;
  /**
   * The blob from its start; breaking out of the loop hangs up. Throws RegistryError, also where the
   * blob ends before its size. A stream holds one of the concurrent requests until it is left, so
   * don't wait for another request inside the loop.
   */
  stream(layer: LayerDescriptor): AsyncIterable<Buffer>;
}

export type InspectionResult =
  | { readonly ok: true; readonly image: InspectedImage; readonly blobs: BlobReader }
  | { readonly ok: false; readonly image: ReleaseImage; readonly error: ActionError };

/** A registry login; the identity token is what OAuth 2 calls a refresh token. */
export type Login =
  { readonly username: string; readonly password: string } | { readonly identityToken: string };

export interface RegistryOptions {
  readonly send: Send;
  /** The login for a host[:port]; asked at most once per host, and only when the host asks for one. */
  credentialsFor(host: string): Promise<Login | undefined>;
  /** Where logins are looked for, in words, for the error where there is none. */
  readonly loginPlaces?: readonly string[] | undefined;
  /** host[:port] of registries (and token services) that are spoken to without TLS. */
  readonly plainHttpRegistries: readonly string[];
  /** host[:port] of registries whose certificate is not checked. */
  readonly insecureRegistries: readonly string[];
  readonly userAgent: string;
  /** Of the pauses between attempts. */
  readonly clock: Clock;
  /** Time for all attempts of a request together, without the pauses: 60,000 ms where it is not given. */
  readonly requestLimitMs?: number | undefined;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  /** Requests under way at once, over all images together; 16 where it is not given. */
  readonly concurrency?: number | undefined;
  /** Called with every token that a registry hands out, before its first use. */
  readonly onSecret?: ((secret: string) => void) | undefined;
}

/** Looks images up in their registries. */
export interface Registry {
  /**
   * Rejects only when the signal aborts; everything else is a result.
   *
   * @param onDigest called with the digest that the image is likely to have, as soon as an index or a manifest names
   *   it; what an index names is still to be read then, and may turn out to be anything. The result counts.
   */
  inspect(
    image: ReleaseImage,
    platform: Platform,
    onDigest?: (digest: string) => void,
  ): Promise<InspectionResult>;
}

/**
 * Why a registry could not answer.
 * - not-found: no such tag, digest, repository or blob
 * - unauthorized: login missing, refused or without access
 * - unreachable: no connection, no answer in time, throttled or failing to the last try
 * - not-an-image: something else is stored under that name
 * - no-platform: the image has no manifest for the platform asked for
 * - bad-answer: an answer that breaks the protocol, does not match its digest, or is not to be trusted
 */
export type RegistryFailure =
  'not-found' | 'unauthorized' | 'unreachable' | 'not-an-image' | 'no-platform' | 'bad-answer';

/** A registry's failure. `message` holds no secret, and remote text only bounded and escaped. */
export class RegistryError extends ActionError {
  /** The message as it reads for several images; undefined if the cause lies with one image. */
  readonly shared: string | undefined;

  constructor(
    readonly reason: RegistryFailure,
    message: string,
    options: { hint?: string | undefined; cause?: unknown; shared?: string | undefined } = {},
  ) {
    super(message, options);
    this.shared = options.shared;
  }

  /** The same failure, with words in front that name what was being read. */
  within(subject: string): RegistryError {
    const { reason, message, hint, shared } = this;
    return new RegistryError(reason, `${subject}: ${message}`, { hint, shared, cause: this });
  }
}
