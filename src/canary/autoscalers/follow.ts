import type { Stage } from '../../api/status.ts';
import type { Follow } from './contract.ts';

/** Revisions as a scene and its status hold them. */
export interface Revisions {
  /** Of the target as it is now. */
  readonly revision: string;
  readonly lastAppliedSpec: string | undefined;
  readonly lastPromotedSpec: string | undefined;
}

/**
 * How much of the target's scaler the primary takes over in a stage. Its bounds always: more replicas are wanted at once when
 * the load is there. All else only while the primary runs, or gets, what the target has: a metric that comes with a new
 * revision isn't there yet in the old one.
 */
export function followIn(stage: Stage, { revision, lastAppliedSpec, lastPromotedSpec }: Revisions): Follow {
  switch (stage) {
    case 'creating':
    case 'takingOver':
      return 'everything';
    case 'promoting':
    case 'returning':
    case 'draining':
    case 'skipping':
    case 'stranded':
      return revision === lastAppliedSpec ? 'everything' : 'bounds';
    case 'idle':
    case 'asking':
    case 'starting':
    case 'analysing':
    case 'holding':
    case 'rollingBack':
    case 'leaving':
      return revision === lastPromotedSpec ? 'everything' : 'bounds';
  }
}
