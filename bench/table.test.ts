import { describe, expect, it } from 'vitest';
import type { Figure } from './figure.ts';
import { hopFigures } from './hop.ts';
import { renderTable } from './table.ts';

const figures: Figure[] = [
  ...hopFigures({ p50Ms: 2, p99Ms: 5 }).slice(0, 1),
  { what: 'writes', value: 3, unit: '', budget: 3 },
  { what: 'reaction', value: 12.34, unit: 'ms', budget: 10 },
  { what: 'bytes', value: 12345.6, unit: 'B' },
];

describe('the table', () => {
  it('says what, value, budget, unit and hops, and marks what is over', () => {
    expect(renderTable(figures).split('\n')).toEqual([
      'what                                     value  budget  unit  hops',
      'watch hop: a write until its event, p50      2          ms       1',
      'writes                                       3       3',
      'reaction                                  12.3      10  ms    6.17  OVER',
      'bytes                                    12346          B',
    ]);
  });

  it('has columns for the peer only when there is one, and a dash for what it has no figure of', () => {
    const [head, , writes, reaction] = renderTable(figures, [{ what: 'writes', value: 6, unit: '' }]).split('\n');
    expect(head).toMatch(/hops {2}peer {2}peer\/ours$/);
    expect(writes).toMatch(/ 6 +2$/);
    expect(reaction).toMatch(/–/);
  });

  it('shows no number as a dash', () => {
    expect(renderTable([{ what: 'x', value: Number.NaN, unit: 's', budget: 1 }])).toMatch(/x +– +1 +s +OVER/);
  });
});
