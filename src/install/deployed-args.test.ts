import { expect, test } from 'vitest';
import { deployedFlags } from './deployed-args.ts';
import { sluiceOf } from './testing/objects.ts';

const env = [
  { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
  { name: 'PROMETHEUS', value: 'http://p:9090' },
  { name: 'HIDDEN', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
];

function flagsOf(...args: string[]): string[] {
  const text = JSON.stringify(sluiceOf('delivery', args)).replace('"args":', `"env":${JSON.stringify(env)},"args":`);
  return deployedFlags(JSON.parse(text));
}

test.each([
  { name: 'the namespace of the pod', arg: '--namespace=$(POD_NAMESPACE)', flag: '--namespace=delivery' },
  {
    name: 'a value that is written down',
    arg: '--metrics-server=$(PROMETHEUS)',
    flag: '--metrics-server=http://p:9090',
  },
  { name: 'what the Deployment does not tell', arg: '--slack-token=$(HIDDEN)', flag: '--slack-token=$(HIDDEN)' },
  { name: 'no variable', arg: '--cluster-name=$(NONE)', flag: '--cluster-name=$(NONE)' },
  { name: 'dollars that refer to nothing', arg: '--cluster-name=$$(PROMETHEUS)', flag: '--cluster-name=$(PROMETHEUS)' },
])('$name in a flag is read as the container gets it', ({ arg, flag }) => {
  expect(flagsOf('run', arg)).toEqual([flag]);
});

test('where nothing is installed there are no flags', () => {
  expect(deployedFlags(undefined)).toEqual([]);
});
