import { type EciServer } from '../eci/server.js';
import { type TlsFiles } from '../http.js';
import { type OidcOptions, type OidcServer, startOidcServer } from '../oidc.js';
import {
  type IdentityProvider,
  type Role,
  startStsServer,
  type StsServer,
  TEST_AUDIENCE,
  TEST_PROVIDER_ARN,
  TEST_ROLE_ARN,
} from './server.js';

export interface Identity {
  readonly oidc: OidcServer;
  readonly sts: StsServer;
  close(): Promise<void>;
}

/** The runner's ID-token service and an STS that trusts it and gives out keys for the ECI server. */
export async function startIdentity(
  eci: Pick<EciServer, 'keys' | 'clock'>,
  options: {
    oidc?: OidcOptions;
    role?: Partial<Role>;
    provider?: Partial<IdentityProvider>;
    tls?: TlsFiles;
  } = {},
): Promise<Identity> {
  const tls = options.tls ? { tls: options.tls } : {};
  const oidc = await startOidcServer({ ...tls, ...options.oidc });
  const provider: IdentityProvider = {
    arn: TEST_PROVIDER_ARN,
    issuer: oidc.issuer,
    clientIds: [TEST_AUDIENCE],
    hasSigned: oidc.hasSigned,
    ...options.provider,
  };
  const role: Role = { arn: TEST_ROLE_ARN, maxSessionSeconds: 43_200, ...options.role };
  const { keys, clock } = eci;
  const sts = await startStsServer({ ...tls, roles: [role], providers: [provider], keys, clock });
  return {
    oidc,
    sts,
    close: async () => {
      await Promise.all([oidc.close(), sts.close()]);
    },
  };
}
