import { crdSources } from '../cluster/binaries.ts';

/** What a cluster has of what matters here. */
export interface Found {
  /** Versions that are served, by name of the definition: `canaries.flagger.app`. */
  readonly definitions: ReadonlyMap<string, readonly string[]>;
  /** Deployments of Sluice, as `<namespace>/<name>`. */
  readonly installations: readonly string[];
}

const VERSION = 'v1';
const [gateway, istio] = crdSources.map(({ module }) => module.split('@')[1]);
const ofGatewayApi = `https://github.com/kubernetes-sigs/gateway-api/releases/download/${gateway}/standard-install.yaml`;
const ofIstio = `https://raw.githubusercontent.com/istio/api/${istio}/kubernetes/customresourcedefinitions.gen.yaml`;

/** Definitions that the scenarios write objects of, and where the versions are that a cluster of `make e2e` has. */
const needed: Readonly<Record<string, string>> = {
  'httproutes.gateway.networking.k8s.io': ofGatewayApi,
  'virtualservices.networking.istio.io': ofIstio,
  'destinationrules.networking.istio.io': ofIstio,
};

/** Why a cluster can't be used for the scenarios, as sentences that say what to do about it; empty when it can. */
export function whyUnfit({ definitions, installations }: Found): readonly string[] {
  const ours = [...definitions.keys()].filter((name) => name.endsWith('.flagger.app'));
  const present = [...installations.map((each) => `Sluice as ${each}`), ...ours];
  const missing = Object.keys(needed).filter((name) => !definitions.get(name)?.includes(VERSION));
  const remedies = [...new Set(missing.map((name) => `kubectl apply --server-side -f ${needed[name]}`))];
  return [
    ...(present.length > 0
      ? [
          `it has ${present.join(', ')}, which the scenarios would overwrite, and remove at the end: name another cluster, ` +
            'unset KUBECONFIG for a control plane that is made for them, or, if nobody needs what is there, remove it by ' +
            '`npm run sluice -- uninstall --crds`, with its place as -n and --name',
        ]
      : []),
    ...(missing.length > 0 ? [`it does not serve ${VERSION} of ${missing.join(', ')}: ${remedies.join('; ')}`] : []),
  ];
}
