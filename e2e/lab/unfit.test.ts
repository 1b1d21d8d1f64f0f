import { expect, test } from 'vitest';
import { type Found, whyUnfit } from './unfit.ts';

const served: readonly (readonly [string, readonly string[]])[] = [
  ['httproutes.gateway.networking.k8s.io', ['v1', 'v1beta1']],
  ['virtualservices.networking.istio.io', ['v1', 'v1alpha3', 'v1beta1']],
  ['destinationrules.networking.istio.io', ['v1', 'v1alpha3', 'v1beta1']],
];

function found(more: readonly (readonly [string, readonly string[]])[] = [], installations: string[] = []): Found {
  return { definitions: new Map([...served, ...more]), installations };
}

test('a cluster with the kinds of the providers and nothing of ours is fit', () => {
  expect(whyUnfit(found([['certificates.cert-manager.io', ['v1']]]))).toEqual([]);
});

test.each([
  { what: 'an installation', cluster: found([], ['prod/sluice']), word: /Sluice as prod\/sluice,.* uninstall --crds/ },
  { what: 'canaries', cluster: found([['canaries.flagger.app', ['v1beta1']]]), word: /canaries\.flagger\.app,/ },
])('a cluster that has $what is left alone', ({ cluster, word }) => {
  expect(whyUnfit(cluster)).toEqual([expect.stringMatching(word)]);
});

test.each([
  {
    what: 'none of a kind',
    cluster: { definitions: new Map(served.slice(0, 1)), installations: [] },
    word: /v1 of virtualservices\S+, destinationrules\S+: kubectl apply --server-side -f https:[^;]+istio[^;]+$/,
  },
  {
    what: 'only older versions of a kind',
    cluster: found([['httproutes.gateway.networking.k8s.io', ['v1beta1']]]),
    word: /v1 of httproutes\S+: kubectl apply --server-side -f https:\S+gateway-api\S+$/,
  },
])('of a cluster with $what is said how to get it', ({ cluster, word }) => {
  expect(whyUnfit(cluster)).toEqual([expect.stringMatching(word)]);
});
