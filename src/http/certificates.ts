import type { Log } from '../report/log.js';

/**
 * Certificates are always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says: with it, logins and signed requests
 * would go to any server that answers. It is removed from the environment, so that Node prints no wrong warning.
 */
export function keepCertificatesChecked(env: NodeJS.ProcessEnv, log: Pick<Log, 'warning'>): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  Reflect.deleteProperty(env, 'NODE_TLS_REJECT_UNAUTHORIZED');
  log.warning(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are checked. For a registry with a self-signed certificate, name its host in insecure-registry; for a CA of your own, name its file in NODE_EXTRA_CA_CERTS.',
  );
}
