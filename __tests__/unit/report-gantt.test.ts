import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gantt } from '../../src/report/gantt.js';

const phase = (title: string, startMs: number, endMs: number): Parameters<typeof gantt>[0][number] => ({
  title,
  startMs,
  endMs,
});

describe('the chart of a run', () => {
  it('has a bar for each phase, with the time that it took', () => {
    expect(
      gantt([
        phase('Begin', 0, 12.4),
        phase('Look it up', 120.4, 1_500),
        phase('Wait until it is Ready', 1_500, 200_500),
      ]),
    ).toBe(
      [
        '```mermaid',
        'gantt',
        '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
        '  axisFormat %-M:%S',
        '  Begin (12 ms) :2000-01-01 00:00:00.000, 2000-01-01 00:00:00.012',
        '  Look it up (1.4 s) :2000-01-01 00:00:00.120, 2000-01-01 00:00:01.500',
        '  Wait until it is Ready (3 min 19 s) :2000-01-01 00:00:01.500, 2000-01-01 00:03:20.500',
        '```',
      ].join('\n'),
    );
  });

  it.each([
    [900, '%-S.%L s'],
    [9_999, '%-S.%L s'],
    [10_000, '%-M:%S'],
    [3_599_999, '%-M:%S'],
    [3_600_000, '%-H:%M:%S'],
    [100 * 3_600_000, '%-H:%M:%S'],
  ])('that took %d ms has an axis of %s', (endMs, format) => {
    expect(gantt([phase('a', 0, endMs)])).toContain(`axisFormat ${format}\n`);
  });

  it.each([
    ['nothing', []],
    ['no time', [phase('a', 0, 0)]],
    ['a clock that is out of order', [phase('a', 0, NaN)]],
  ])('is left out for %s', (_, phases) => {
    expect(gantt(phases)).toBe('');
  });

  it('keeps its form, whatever the titles', () => {
    const title = fc
      .array(fc.oneof(fc.constantFrom(':', ';', '#', '%%', '```', '\n', ',', '<b>', '{', '"'), fc.string()), {
        maxLength: 6,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(title, { minLength: 1, maxLength: 4 }), (titles) => {
        const lines = gantt(titles.map((one, index) => phase(one, index * 1_000, 20_000))).split('\n');
        expect(lines).toHaveLength(titles.length + 5);
        for (const line of lines.slice(4, -1)) {
          expect(line).toMatch(/^ {2}[^:;#%`<>{}",]* :2000-[\d :.-]+, 2000-[\d :.-]+$/);
        }
      }),
    );
  });
});
