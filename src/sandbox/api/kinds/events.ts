import type { KubeObject } from '../../../kube/object.ts';
import { type Draft, draftOf } from '../draft.ts';
import type { Fields } from '../fields.ts';
import { textIn } from '../fields.ts';
import type { Column } from '../resource.ts';
import type { Builtin } from './builtin.ts';
import { ageText, nameColumn, textColumn } from './columns.ts';

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

/** Both groups show the same columns, by the fields of the core group. */
function columnsOf(core: (event: KubeObject) => KubeObject): readonly Column[] {
  const age = (field: string) => (event: KubeObject, nowMs: number) => {
    const time = textIn(core(event), field) ?? textIn(event, 'eventTime');
    return time === undefined ? '<unknown>' : ageText(Date.parse(time), nowMs);
  };
  const text =
    (...path: readonly string[]) =>
    (event: KubeObject) =>
      textIn(core(event), ...path) ?? '';
  const object = (event: KubeObject) =>
    `${text('involvedObject', 'kind')(event).toLowerCase()}/${text('involvedObject', 'name')(event)}`;
  const source = (event: KubeObject) =>
    [text('source', 'component')(event), text('source', 'host')(event)].filter((part) => part !== '').join(', ');
  return [
    textColumn('Last Seen', age('lastTimestamp')),
    textColumn('Type', text('type')),
    textColumn('Reason', text('reason')),
    textColumn('Object', object),
    textColumn('Subobject', text('involvedObject', 'fieldPath'), 1),
    textColumn('Source', source, 1),
    textColumn('Message', (event) => text('message')(event).trim()),
    textColumn('First Seen', age('firstTimestamp'), 1),
    { name: 'Count', type: 'string', priority: 1, value: (event) => core(event)['count'] ?? 1 },
    { ...nameColumn, priority: 1 },
  ];
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
    allColumns: columnsOf((event) => event),
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
    allColumns: columnsOf((event) => toCore(draftOf(event))),
  },
];
