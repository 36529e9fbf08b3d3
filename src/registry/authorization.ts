import type { Log } from '../report/log.js';
import { parseChallenges, type Challenge } from './challenge.js';
import { basicAuthorization, requestToken } from './tokens.js';
import type { Transport } from './transport.js';
import { RegistryError, type Login, type RegistryOptions } from './types.js';

export type AuthorizationOptions = Pick<RegistryOptions, 'credentialsFor' | 'onSecret' | 'loginPlaces'> & {
  readonly log: Pick<Log, 'warning'>;
};

const BASIC: Challenge = { scheme: 'basic', parameters: new Map() };

/**
 * What one registry host asks for as authorization, and what it has been given: one challenge is learnt for the host,
 * and one token fetched for each repository.
 */
export class HostAuthorization {
  private challenge: Challenge | undefined;
  private login: Promise<Login | undefined> | undefined;
  private wasLoginTried = false;
  /** The refusal of the login by the token service, where we went on without it. */
  loginRefusal: RegistryError | undefined;
  private hasWarned = false;
  private readonly accepted = new Set<string>();
  /** Headers that were given to us without the login, as it was refused. */
  private readonly anonymous = new Set<string>();
  /** By repository: the header that is being fetched or was, and the one that was. */
  private readonly headers = new Map<string, Promise<string>>();
  private readonly issued = new Map<string, string>();

  constructor(
    private readonly host: string,
    private readonly transport: Transport,
    private readonly options: AuthorizationOptions,
  ) {}

  /** Remembers the challenge in a 401 to a request without authorization. */
  learn(wwwAuthenticate: string): void {
    this.challenge = usableChallenge(parseChallenges(wwwAuthenticate));
  }

  /**
   * The Authorization header for requests to the repository; undefined if the host has not asked for
   * one, or if we have nothing that it would accept. Throws RegistryError.
   *
   * @param rejected the header that the host no longer takes; a new token is fetched in its place
   */
  async headerFor(repository: string, rejected?: string): Promise<string | undefined> {
    const { challenge } = this;
    if (challenge === undefined) return undefined;
    this.wasLoginTried = true;
    if (challenge.scheme === 'basic') {
      const login = await this.findLogin();
      return login && basicAuthorization(login);
    }
    // Another request may have been refused too, and have renewed the token already.
    if (rejected !== undefined && this.issued.get(repository) === rejected) {
      this.issued.delete(repository);
      this.headers.delete(repository);
    }
    const header = this.headers.get(repository) ?? this.fetchToken(challenge, repository);
    this.headers.set(repository, header);
    return await header;
  }

  /** Whether there is a login that the host has not been asked to take. */
  async hasUntriedLogin(): Promise<boolean> {
    return !this.wasLoginTried && (await this.hasLogin());
  }

  async hasLogin(): Promise<boolean> {
    return (await this.findLogin()) !== undefined;
  }

  /** Asks the host for its challenge; without one, the login is sent by the Basic scheme. */
  async discover(): Promise<void> {
    this.wasLoginTried = true;
    const url = new URL('/v2/', this.transport.trust.baseUrl(this.host));
    const asked = await this.transport.fetch(
      { label: 'how to log in', url, headers: {} },
      ({ status, url: answered, headers }) =>
        Promise.resolve(status === 401 && answered.origin === url.origin ? headers['www-authenticate'] : ''),
    );
    this.challenge ??= usableChallenge(parseChallenges(asked ?? '')) ?? BASIC;
  }

  /** Remembers that the host accepted this header: if it refuses it later, the header has expired. */
  accept(header: string): void {
    this.accepted.add(header);
    if (!this.anonymous.has(header) || this.hasWarned) return;
    this.hasWarned = true;
    this.options.log.warning(
      `Registry ${this.host} refuses the login that was found for it, so it was read without a login. Renew or remove the login: if ECI gets it too, its pull may fail.`,
    );
  }

  hasAccepted(header: string): boolean {
    return this.accepted.has(header);
  }

  private findLogin(): Promise<Login | undefined> {
    return (this.login ??= this.options.credentialsFor(this.host));
  }

  private async fetchToken(challenge: Challenge, repository: string): Promise<string> {
    const login = await this.findLogin();
    const places = this.options.loginPlaces ?? [];
    const request = (chosen: Login | undefined): Promise<string> =>
      requestToken({ host: this.host, repository, challenge, login: chosen, places }, this.transport);
    try {
      return this.issue(repository, await request(login));
    } catch (error) {
      if (!login || !(error instanceof RegistryError) || error.reason !== 'unauthorized') throw error;
      // A public image needs no login, not even one that has expired.
      const token = await request(undefined).catch(() => Promise.reject(error));
      this.loginRefusal = error;
      const header = this.issue(repository, token);
      this.anonymous.add(header);
      return header;
    }
  }

  private issue(repository: string, token: string): string {
    this.options.onSecret?.(token);
    const header = `Bearer ${token}`;
    this.issued.set(repository, header);
    return header;
  }
}

/** Bearer where it is offered: a token for one repository gives away less than a password. */
function usableChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  return ['bearer', 'basic']
    .map((wanted) => challenges.find(({ scheme }) => scheme === wanted))
    .find((challenge) => challenge !== undefined);
}
