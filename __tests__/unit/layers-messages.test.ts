import { gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { ZSTD_LAYER } from '../../bench/corpus/memory-reader.js';
import { noise } from '../../bench/corpus/words.js';
import { zstdFrame } from '../../bench/corpus/zstd-stored.js';
import { tar } from '../../dev/tar.js';
import { measured, MIB } from './support/measured.js';

// The texts as the troubleshooting page has them; what leads to each is the matter of layers-measure*.test.ts.

it('tells of a damaged zstd layer', async () => {
  const cut = zstdFrame(noise(2 * MIB)).subarray(0, MIB);
  const { warning } = await measured(cut, { mediaType: ZSTD_LAYER });
  expect(warning).toBe('guessed as 4 times its compressed size, since its zstd stream ends too early');
});

it('tells of a large gzip layer whose end is not the end of all of it', async () => {
  const whole = tar([{ name: 'a', content: noise(10 * MIB) }]);
  const members = [whole.subarray(0, 9 * MIB), whole.subarray(9 * MIB)].map((part) =>
    gzipSync(part, { level: 1 }),
  );
  const { warning } = await measured(Buffer.concat(members), { budgetBytes: 0 });
  expect(warning).toBe(
    'estimated from its first bytes, since its gzip trailer may hide several members or more than 4 GiB, and it is too large to be read whole',
  );
});
