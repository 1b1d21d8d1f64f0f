import { resolveProvider } from '../src/api/providers.ts';
import type { Mesh, MeshOptions } from './contract.ts';
import { gatewayApi } from './gatewayapi.ts';
import { istio } from './istio.ts';
import { knative } from './knative.ts';
import { kubernetes } from './kubernetes.ts';
import { nginx } from './nginx.ts';

interface Entry {
  /** The provider as a Canary names it. */
  readonly provider: string;
  /** Whether longer names that begin with it mean it too, such as `gatewayapi:v1alpha2` (Flagger compatibility). */
  readonly prefix?: true;
  readonly make: (options: MeshOptions) => Mesh;
}

/** Every adapter. The first entry that fits serves: longer prefixes stand before shorter ones. */
const entries: readonly Entry[] = [
  { provider: 'istio', make: istio },
  { provider: 'nginx', make: nginx },
  { provider: 'gatewayapi:v1beta1', prefix: true, make: () => gatewayApi('v1beta1') },
  { provider: 'gatewayapi:v1', prefix: true, make: () => gatewayApi('v1') },
  { provider: 'knative', make: knative },
  { provider: 'kubernetes', make: kubernetes },
];

/** The mesh of a provider; `undefined`: there is none. Other spellings (`none`, `gatewayapi`) are resolved. */
export function meshFor(provider: string, options: MeshOptions): Mesh | undefined {
  const name = resolveProvider(provider, '');
  const serves = ({ provider: known, prefix }: Entry) => (prefix ? name.startsWith(known) : name === known);
  return entries.find(serves)?.make(options);
}

/** The values of `spec.provider` that are built in, sorted. */
export function knownProviders(): readonly string[] {
  return entries.map(({ provider }) => provider).sort();
}
