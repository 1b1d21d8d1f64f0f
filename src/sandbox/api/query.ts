import type { KubeObject } from '../../kube/object.ts';
import type { Target } from './resource.ts';
import { parseFieldSelector, parseLabelSelector, type Selector } from './selectors.ts';
import { badRequest, forbiddenField, invalid, type StatusError, unsupportedValue } from './status-error.ts';

/** Query options of lists and watches. */
export interface ListQuery {
  readonly resourceVersion: string;
  readonly match: string;
  readonly limit: number;
  readonly continueToken: string;
  readonly selected: Selector;
  /** Whether a label or field selector was given. */
  readonly selective: boolean;
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly timeoutSeconds: number | undefined;
}

/** A boolean query option the way Go reads it: anything but `false` and `0` counts as set. */
export function flag(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}

function wholeNumber(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text);
}

function optionError(field: string, detail: string): StatusError {
  return invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [forbiddenField(field, detail)]);
}

function checkVersions(params: URLSearchParams, watch: boolean): void {
  const version = params.get('resourceVersion') ?? '';
  const match = params.get('resourceVersionMatch') ?? '';
  const initial = params.get('sendInitialEvents');
  if (version !== '' && !/^\d+$/.test(version)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`,
    );
  }
  if (initial !== null) {
    if (!watch) throw optionError('sendInitialEvents', 'sendInitialEvents is forbidden for list');
    if (match !== 'NotOlderThan') {
      throw optionError(
        'resourceVersionMatch',
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      );
    }
    return;
  }
  if (match === '') return;
  if (watch)
    throw optionError(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  if (version === '') {
    throw optionError('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
  }
  if ((params.get('continue') ?? '') !== '') {
    throw optionError('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    const cause = unsupportedValue('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']);
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [cause]);
  }
  if (match === 'Exact' && version === '0') {
    throw optionError('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
}

function selection(params: URLSearchParams, target: Target): Selector {
  const labels = parseLabelSelector(params.get('labelSelector') ?? '');
  const fields = parseFieldSelector(params.get('fieldSelector') ?? '', target.resource);
  const { namespace, name } = target;
  return (object: KubeObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    labels(object) &&
    fields(object);
}

/** Reads the options of a list or a watch. @throws StatusError 400 or 422 */
export function listQuery(params: URLSearchParams, target: Target): ListQuery {
  const watch = flag(params.get('watch'));
  checkVersions(params, watch);
  const initial = params.get('sendInitialEvents');
  return {
    resourceVersion: params.get('resourceVersion') ?? '',
    match: params.get('resourceVersionMatch') ?? '',
    limit: wholeNumber(params, 'limit') ?? 0,
    continueToken: params.get('continue') ?? '',
    selected: selection(params, target),
    selective: (params.get('labelSelector') ?? '') !== '' || (params.get('fieldSelector') ?? '') !== '',
    bookmarks: flag(params.get('allowWatchBookmarks')),
    sendInitialEvents: initial === null ? undefined : flag(initial),
    timeoutSeconds: wholeNumber(params, 'timeoutSeconds'),
  };
}
