import { dig, type KubeObject } from '../kube/object.ts';

/**
 * The flags of the controller in a Deployment as its container gets them: references to environment variables, such as
 * `$(POD_NAMESPACE)`, are filled in as far as the Deployment tells their values. What it doesn't tell stays as it is
 * (Kubernetes API conventions). Empty for no Deployment.
 */
export function deployedFlags(deployment: KubeObject | undefined): string[] {
  const container = dig(deployment, 'spec', 'template', 'spec', 'containers', 0);
  const args = dig(container, 'args');
  if (!deployment || !Array.isArray(args)) return [];
  const known = environmentOf(container, deployment);
  // Two dollars stand for one, and refer to nothing
  const fill = (text: string) =>
    text.replace(/\$\$|\$\(([^()]+)\)/g, (whole, name?: string) =>
      name === undefined ? '$' : (known.get(name) ?? whole),
    );
  return args
    .map(String)
    .filter((argument) => argument.startsWith('-'))
    .map(fill);
}

/** Variables whose values can be known from the Deployment: written down, or its own namespace. */
function environmentOf(container: unknown, { metadata }: KubeObject): ReadonlyMap<string, string> {
  const env = dig(container, 'env');
  const known = new Map<string, string>();
  for (const variable of Array.isArray(env) ? env : []) {
    const isNamespace = dig(variable, 'valueFrom', 'fieldRef', 'fieldPath') === 'metadata.namespace';
    const value = isNamespace ? metadata.namespace : dig(variable, 'value');
    if (typeof value === 'string') known.set(String(dig(variable, 'name')), value);
  }
  return known;
}
