import type { JsonObject } from '../../kube/object.ts';
import { isObject, mapField, mapItems } from './json.ts';

/** One place in a pod spec that names a ConfigMap or a Secret. */
export interface ConfigName {
  readonly kind: 'configmap' | 'secret';
  readonly name: string;
  readonly optional: boolean;
}

/**
 * A copy of a pod spec in which every name of a ConfigMap or Secret became what `rename` answers: volumes, projected
 * sources, and environments of containers and init containers. Pull secrets, ephemeral containers and CSI volumes are left
 * as they are (Flagger compatibility).
 */
export function mapConfigNames(podSpec: JsonObject, rename: (at: ConfigName) => string): JsonObject {
  const at = (field: string, kind: ConfigName['kind'], nameField = 'name') => {
    return (object: JsonObject) => mapField(object, field, (reference) => renamed(reference, kind, nameField, rename));
  };
  const configMap = at('configMap', 'configmap');
  const projected = at('secret', 'secret');
  const source = (item: JsonObject) => projected(configMap(item));
  const volumeSecret = at('secret', 'secret', 'secretName');
  const volume = (item: JsonObject) =>
    mapField(volumeSecret(configMap(item)), 'projected', (all) => mapItems(all, 'sources', source));

  const fromKeys = (value: JsonObject) => at('secretKeyRef', 'secret')(at('configMapKeyRef', 'configmap')(value));
  const variable = (item: JsonObject) => mapField(item, 'valueFrom', fromKeys);
  const environment = (item: JsonObject) => at('secretRef', 'secret')(at('configMapRef', 'configmap')(item));
  const container = (item: JsonObject) => mapItems(mapItems(item, 'env', variable), 'envFrom', environment);

  const volumes = mapItems(podSpec, 'volumes', volume);
  return mapItems(mapItems(volumes, 'containers', container), 'initContainers', container);
}

/** Every place of a pod spec that names a ConfigMap or Secret: volumes first, then containers, then init containers. */
export function configNames(podSpec: unknown): readonly ConfigName[] {
  const found: ConfigName[] = [];
  if (!isObject(podSpec)) return found;
  mapConfigNames(podSpec, (at) => {
    found.push(at);
    return at.name;
  });
  return found;
}

function renamed(
  reference: JsonObject,
  kind: ConfigName['kind'],
  nameField: string,
  rename: (at: ConfigName) => string,
): JsonObject {
  const name = reference[nameField];
  if (typeof name !== 'string' || name === '') return reference;
  return { ...reference, [nameField]: rename({ kind, name, optional: reference.optional === true }) };
}
