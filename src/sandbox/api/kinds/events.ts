import type { KubeObject } from '../../../kube/object.ts';
import type { Draft } from '../draft.ts';
import type { Fields } from '../fields.ts';
import { textIn } from '../fields.ts';
import type { Builtin } from './builtin.ts';
import { ageText, textColumn } from './columns.ts';

/** Names of the same fields in `v1` and in `events.k8s.io/v1`. */
const RENAMED: readonly (readonly [core: string, events: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function renamed(event: Fields, pairs: readonly (readonly [string, string])[]): Fields {
  const names = new Map(pairs);
  return Object.fromEntries(Object.entries(event).map(([field, value]) => [names.get(field) ?? field, value]));
}

function toCore(draft: Draft): Draft {
  const fields = renamed(
    draft,
    RENAMED.map(([core, events]) => [events, core] as const),
  );
  return { ...fields, apiVersion: 'v1', kind: 'Event', metadata: draft.metadata };
}

function fromCore(event: KubeObject): KubeObject {
  return { ...renamed(event, RENAMED), apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: event.metadata };
}

function lastSeen(field: string) {
  return (event: KubeObject, nowMs: number): string => {
    const time = textIn(event, field) ?? textIn(event, 'eventTime') ?? event.metadata.creationTimestamp;
    return time === undefined ? '<unknown>' : ageText(Date.parse(time), nowMs);
  };
}

function objectText(field: string) {
  return (event: KubeObject): string =>
    `${(textIn(event, field, 'kind') ?? '').toLowerCase()}/${textIn(event, field, 'name') ?? ''}`;
}

const REFERENCE = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** Events in both groups; they share one collection. */
export const EVENT_KINDS: readonly Builtin[] = [
  {
    kind: 'Event',
    plural: 'events',
    shortNames: ['ev'],
    createOnUpdate: true,
    selectable: [
      ...REFERENCE.map((field) => `involvedObject.${field}`),
      'reason',
      'reportingComponent',
      'source.component',
      'type',
    ],
    columns: [
      textColumn('Last Seen', lastSeen('lastTimestamp')),
      textColumn('Type', (event) => event['type']),
      textColumn('Reason', (event) => event['reason']),
      textColumn('Object', objectText('involvedObject')),
      textColumn('Message', (event) => event['message']),
    ],
  },
  {
    group: 'events.k8s.io',
    kind: 'Event',
    plural: 'events',
    shortNames: ['ev'],
    collection: '/events',
    typed: false,
    createOnUpdate: true,
    selectable: [...REFERENCE.map((field) => `regarding.${field}`), 'reason', 'reportingController', 'type'],
    toStored: toCore,
    fromStored: fromCore,
    columns: [
      textColumn('Last Seen', lastSeen('deprecatedLastTimestamp')),
      textColumn('Type', (event) => event['type']),
      textColumn('Reason', (event) => event['reason']),
      textColumn('Object', objectText('regarding')),
      textColumn('Message', (event) => event['note']),
    ],
  },
];
