import type { KubeObject } from '../kube/object.ts';
import type { Parsed } from './canary.ts';
import { refusal } from './refusals.ts';
import { AlertProviderInput, type alertProviderTypes } from './schema/alert-provider.ts';
import { shapeOf } from './shape.ts';

/** An AlertProvider, parsed. It has an address, or a Secret with one; the Secret wins when it has both. */
export interface AlertProvider {
  readonly name: string;
  readonly namespace: string;
  readonly type: (typeof alertProviderTypes)[number];
  readonly channel: string;
  readonly username: string;
  readonly address: string | undefined;
  readonly proxy: string | undefined;
  /** Name of a Secret in the provider's namespace. */
  readonly secretName: string | undefined;
}

const shapeOfProvider = shapeOf(AlertProviderInput);

/** Reads an AlertProvider or says everything that is wrong with it. Never throws. */
export function parseAlertProvider(object: KubeObject): Parsed<AlertProvider> {
  const { value, refusals } = shapeOfProvider(object);
  if (refusals.length > 0) return { ok: false, refusals };
  const { metadata, spec } = value;
  const address = spec.address || undefined;
  const secretName = spec.secretRef?.name || undefined;
  if (!address && !secretName) {
    return { ok: false, refusals: [refusal('AddressMissing', 'spec', 'has neither address nor secretRef')] };
  }
  return {
    ok: true,
    value: {
      name: metadata.name,
      namespace: metadata.namespace || 'default',
      type: spec.type,
      channel: spec.channel || 'general',
      username: spec.username || 'flagger',
      address,
      proxy: spec.proxy || undefined,
      secretName,
    },
  };
}
