import { dig, refOf } from '../../../kube/object.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { MemoryApi } from './memory-api.ts';
import type { Story } from './story.ts';

const REPORT_MS = { prompt: 200, slow: 7_000 } as const;

/** A gateway that takes over routes and says so, each time a little later; a silent one never says anything. */
export function playGateway(api: MemoryApi, clock: Clock, pace: Story['gateway']): void {
  if (pace === 'silent') return;
  api.onChange(({ type, object }) => {
    const { generation } = object.metadata;
    if (object.kind !== 'HTTPRoute' || type === 'deleted') return;
    if (dig(object, 'status', 'parents', 0, 'conditions', 0, 'observedGeneration') === generation) return;
    clock.after(REPORT_MS[pace], () => {
      const live = api.get(refOf(object));
      if (live?.metadata.generation !== generation) return;
      const accepted = { type: 'Accepted', status: 'True', observedGeneration: generation };
      const parents = [{ parentRef: dig(live, 'spec', 'parentRefs', 0), conditions: [accepted] }];
      api.patch(refOf(object), { status: { parents } }, 'status');
    });
  });
}
