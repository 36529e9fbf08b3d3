import { describe, expect, it } from '@jest/globals';
import { sameRegistry, trustRules } from '../../src/registry/hosts.js';

describe('sameRegistry', () => {
  it.each([
    ['docker.io', 'https://index.docker.io/v1/', true],
    ['docker.io', 'registry-1.docker.io', true],
    ['index.docker.io', 'Docker.IO', true],
    ['docker.io', 'auth.docker.io', false],
    ['ghcr.io', 'https://ghcr.io', true],
    ['ghcr.io', 'ghcr.io:443', true],
    ['ghcr.io:4430', 'ghcr.io0', false],
    [' ghcr.io ', 'ghcr.io', true],
    ['ghcr.io', 'http://ghcr.io/v2/', true],
    ['ghcr.io', 'ghcr.io.evil.example', false],
    ['registry.example:5000', 'registry.example', false],
    ['[::1]:5000', 'https://[::1]:5000/', true],
    ['', 'docker.io', false],
  ])('of %s and %s is %s', (a, b, same) => {
    expect(sameRegistry(a, b)).toBe(same);
    expect(sameRegistry(b, a)).toBe(same);
  });
});

describe('trustRules', () => {
  const rules = trustRules({
    plainHttpRegistries: ['Plain.example:5000', 'port80.example:80', 'not a host', '[::1]:5000'],
    insecureRegistries: ['self.example', 'self.example:8443'],
  });

  it.each([
    ['docker.io', 'https://registry-1.docker.io/'],
    ['index.docker.io', 'https://registry-1.docker.io/'],
    ['ghcr.io', 'https://ghcr.io/'],
    ['plain.example:5000', 'http://plain.example:5000/'],
    ['plain.example', 'https://plain.example/'],
    ['plain.example:5001', 'https://plain.example:5001/'],
    ['port80.example', 'http://port80.example/'],
    ['[::1]:5000', 'http://[::1]:5000/'],
    ['localhost:5000', 'https://localhost:5000/'],
    ['127.0.0.1:5000', 'https://127.0.0.1:5000/'],
  ])('speaks to %s at %s', (registry, url) => {
    expect(rules.baseUrl(registry).href).toBe(url);
  });

  it.each([
    ['https://self.example/v2/', true],
    ['https://self.example:443/v2/', true],
    ['https://self.example:8443/', true],
    ['https://self.example:9443/', false],
    ['https://sub.self.example/', false],
    ['https://plain.example:5000/', false],
  ])('takes any certificate from %s: %s', (url, any) => {
    expect(rules.allowsAnyCertificate(new URL(url))).toBe(any);
  });
});
