import { describe, expect, it } from 'vitest';
import { type Stage, stages } from '../../api/status.ts';
import { followIn } from './follow.ts';

const released = { revision: 'b', lastAppliedSpec: 'b', lastPromotedSpec: 'b' };
const running = { revision: 'b', lastAppliedSpec: 'b', lastPromotedSpec: 'a' };
const changedAgain = { ...running, revision: 'c' };
const unknown = { revision: 'b', lastAppliedSpec: undefined, lastPromotedSpec: undefined };

describe('the scaler of the primary follows that of the target', () => {
  it.each(stages)('in everything while both run the same revision: %s', (stage) => {
    expect(followIn(stage, released)).toBe('everything');
  });

  it.each<Stage>(['promoting', 'returning', 'draining', 'skipping', 'stranded'])(
    'in everything once the revision is promoted: %s',
    (stage) => {
      expect(followIn(stage, running)).toBe('everything');
      expect(followIn(stage, changedAgain)).toBe('bounds');
    },
  );

  it.each<Stage>(['idle', 'asking', 'starting', 'analysing', 'holding', 'rollingBack', 'leaving'])(
    'in its bounds while the target is ahead: %s',
    (stage) => {
      expect(followIn(stage, running)).toBe('bounds');
      expect(followIn(stage, changedAgain)).toBe('bounds');
    },
  );

  it.each<Stage>(['creating', 'takingOver'])('in everything before the first release: %s', (stage) => {
    expect(followIn(stage, unknown)).toBe('everything');
  });
});
