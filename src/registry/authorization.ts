import { parseChallenges, type Challenge } from './challenge.js';
import { basicAuthorization, requestToken } from './tokens.js';
import type { Transport } from './transport.js';
import type { Login, RegistryOptions } from './types.js';

/** What one registry host wants for authorization, and what it has been given. */
export interface HostAuthorization {
  /** Takes note of the challenge in a 401 to a request without authorization. */
  learn(wwwAuthenticate: string): void;
  /**
   * The Authorization header for requests to the repository; undefined where the host has not asked for
   * one, or nothing that it would take is at hand. Throws RegistryError.
   *
   * @param rejected the header that the host no longer takes; a new token is fetched in its place
   */
  headerFor(repository: string, rejected?: string): Promise<string | undefined>;
  /** Takes note that the host took this header: refused later, it has expired. */
  accept(header: string): void;
  hasAccepted(header: string): boolean;
  /** Whether a login was found and used. */
  hadLogin(): Promise<boolean>;
}

/** One challenge is learnt for the host, and one token fetched for each repository. */
export function createHostAuthorization(
  host: string,
  transport: Transport,
  options: Pick<RegistryOptions, 'credentialsFor' | 'onSecret'>,
): HostAuthorization {
  let challenge: Challenge | undefined;
  let login: Promise<Login | undefined> | undefined;
  const accepted = new Set<string>();
  /** By repository: the header that is being fetched or was, and the one that was. */
  const tokens = new Map<string, Promise<string>>();
  const issued = new Map<string, string>();
  const findLogin = (): Promise<Login | undefined> => (login ??= options.credentialsFor(host));

  const bearer = (asked: Challenge, repository: string, rejected?: string): Promise<string> => {
    // Another request may have met the same end, and renewed the token already.
    if (rejected !== undefined && issued.get(repository) === rejected) {
      issued.delete(repository);
      tokens.delete(repository);
    }
    const token = tokens.get(repository) ?? fetchToken(asked, repository);
    tokens.set(repository, token);
    return token;
  };

  const fetchToken = async (asked: Challenge, repository: string): Promise<string> => {
    const token = await requestToken(
      { host, repository, challenge: asked, login: await findLogin() },
      transport,
    );
    options.onSecret?.(token);
    const header = `Bearer ${token}`;
    issued.set(repository, header);
    return header;
  };

  return {
    learn: (wwwAuthenticate) => {
      challenge = usableChallenge(parseChallenges(wwwAuthenticate));
    },
    headerFor: async (repository, rejected) => {
      if (challenge === undefined) return undefined;
      if (challenge.scheme === 'bearer') return await bearer(challenge, repository, rejected);
      const found = await findLogin();
      return found === undefined ? undefined : basicAuthorization(found);
    },
    accept: (header) => accepted.add(header),
    hasAccepted: (header) => accepted.has(header),
    hadLogin: async () => challenge !== undefined && (await findLogin()) !== undefined,
  };
}

/** Bearer where it is offered: a token for one repository gives away less than a password. */
function usableChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  return ['bearer', 'basic']
    .map((wanted) => challenges.find(({ scheme }) => scheme === wanted))
    .find((challenge) => challenge !== undefined);
}
