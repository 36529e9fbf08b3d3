import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { TlsFiles } from '../http.js';

/** A certificate made on the spot, so that no key has to be kept and nothing expires. */
export interface Certificate extends TlsFiles {
  /** PEM */
  readonly key: string;
  /** PEM */
  readonly cert: string;
  readonly name: string;
}

/** An authority of one's own; hand its `cert` to NODE_EXTRA_CA_CERTS. */
export function createAuthority(name = 'Local test CA'): Certificate {
  return issue({ name, extensions: [CA_EXTENSION] });
}

/** For these DNS names and IPv4 addresses; self-signed where no authority issues it. */
export function createCertificate(
  hosts: readonly string[] = ['localhost', '127.0.0.1'],
  authority?: Certificate,
): Certificate {
  const names = hosts.map((host) =>
    isIPv4(host)
      ? der(0x87, Buffer.from(host.split('.').map(Number)))
      : der(0x82, Buffer.from(host, 'latin1')),
  );
  const subjectAltName = sequence(oid('551d11'), octets(sequence(...names)));
  return issue({ name: hosts[0] ?? 'nobody', extensions: [subjectAltName], authority });
}

interface Wish {
  readonly name: string;
  readonly extensions: readonly Buffer[];
  readonly authority?: Certificate | undefined;
}

// RFC 5280, section 4.1, in the DER of X.690; the object identifiers are written as their encoded bytes.
function issue({ name, extensions, authority }: Wish): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    commonName(authority?.name ?? name),
    sequence(time(-1), time(1)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, authority?.key ?? (privateKey satisfies KeyObject));
  const certificate = sequence(
    body,
    ECDSA_WITH_SHA256,
    der(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  return { key, cert: pem(certificate), name };
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
}

function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function octets(bytes: Buffer): Buffer {
  return der(0x04, bytes);
}

function oid(encoded: string): Buffer {
  return der(0x06, Buffer.from(encoded, 'hex'));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

/** UTCTime, so many years from now: 20 to 50 years into this century at most. */
function time(years: number): Buffer {
  const moment = new Date();
  moment.setUTCFullYear(moment.getUTCFullYear() + years);
  return der(0x17, Buffer.from(`${moment.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
/** basicConstraints, critical: this is an authority. */
const CA_EXTENSION = sequence(
  oid('551d13'),
  der(0x01, Buffer.from([0xff])),
  octets(sequence(der(0x01, Buffer.from([0xff])))),
);
