import type { Mesh } from './contract.ts';

/**
 * No routing objects: the apex Service selects primary pods all the time, and traffic moves by rolling them. So the
 * primary has all of it whatever is asked for, and that is what `read` says.
 */
export function kubernetes(): Mesh {
  return {
    providers: ['kubernetes'],
    can: { weights: false, match: false, mirror: 'never', affinity: false },
    refs: () => [],
    render: () => ({ objects: [] }),
    read: () => ({ traffic: { primary: 100, canary: 0, mirror: false } }),
    release: () => ({ objects: [] }),
    settled: () => ({ settled: true }),
  };
}
