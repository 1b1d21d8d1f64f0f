import { parseManifests } from '../../src/api/manifest.ts';
import { dig, type KubeObject, refKey, refOf } from '../../src/kube/object.ts';

/**
 * The objects of a stream of YAML, by what names them. Of the controller's flags only what they come to is left, because
 * overlays add some behind others: the last one of a name holds.
 */
export function rendering(yaml: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(parseManifests(yaml).map((object) => [refKey(refOf(object)), withFlags(object)]));
}

function withFlags(object: KubeObject): unknown {
  if (object.kind !== 'Deployment') return object;
  const args = dig(object, 'spec', 'template', 'spec', 'containers', 0, 'args') as readonly string[];
  const flags = Object.fromEntries(args.map((arg) => arg.split(/=(.*)/s, 2)));
  const text = JSON.stringify(object, (key, value) => (key === 'args' ? flags : value));
  return JSON.parse(text);
}
