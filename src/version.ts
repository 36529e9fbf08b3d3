/** Equal to package.json's; a test holds the two together. */
export const VERSION = '0.1.0';

/** Names us to registries and to the service, so that their operators know who is calling. */
export const USER_AGENT = `warm-eci-image-cache/${VERSION}`;
