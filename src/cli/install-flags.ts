import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { parseDuration } from '../api/durations.ts';
import { defaultPlace, type InstallOptions, problemsOf } from '../install/options.ts';
import { readValues } from '../install/values.ts';
import type { AccessFlags } from './cluster-access.ts';
import { packageVersion } from './version.ts';

/** Flags that name an installation. */
export interface PlaceFlags extends AccessFlags {
  readonly namespace: string;
  readonly name: string;
}

/** Flags that say what is installed. */
export interface ValueFlags {
  readonly values?: readonly string[];
  readonly set?: readonly string[];
  readonly meshProvider?: readonly string[];
  readonly metricsServer?: string;
  readonly image?: string;
  readonly watchNamespace?: string;
  readonly alertsSecret?: string;
}

/** Flags of every verb that has to do with an installation. */
export function withPlaceFlags(command: Command): Command {
  return command
    .option('-n, --namespace <name>', 'namespace of the installation', defaultPlace.namespace)
    .option('--name <name>', 'name of the installation', defaultPlace.name)
    .option('--kubeconfig <file>', 'kubeconfig to use instead of $KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig');
}

/** Flags that say what is installed; those of Helm have the same names. */
export function withValueFlags(command: Command): Command {
  return command
    .option('-f, --values <file>', 'values as for the Helm chart; can be repeated', appended)
    .option('--set <path=value>', 'a single value, such as leaderElection.replicaCount=3; can be repeated', appended)
    .option('--mesh-provider <names>', 'what routes traffic; the first one is for canaries that name none', commaList)
    .option('--metrics-server <url>', 'Prometheus that the built-in checks ask')
    .option('--image <reference>', 'image of the controller, with tag or digest')
    .option('--watch-namespace <name>', 'the only namespace to look after')
    .option('--alerts-secret <name>', 'Secret with SLACK_URL, MSTEAMS_URL and the like');
}

/** `--timeout`, in Go's notation; milliseconds for the program. */
export function timeoutOption(what: string, defaultMs: number, inWords: string): Option {
  return new Option('--timeout <duration>', what).argParser(duration).default(defaultMs, inWords);
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 0) throw new InvalidArgumentError('It is no duration such as 90s or 5m.');
  return ms;
}

/** The installation that the flags mean. Rejects with an `Error` that says everything that is wrong. */
export async function installOptions(flags: PlaceFlags & ValueFlags): Promise<InstallOptions> {
  const files = await Promise.all((flags.values ?? []).map(async (file) => parse(await readFile(file, 'utf8'))));
  const read = readValues(...files, ...(flags.set ?? []).map(assignment), shortcuts(flags));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { name, namespace } = flags;
  const options = { name, namespace, version: packageVersion(), values: read.values };
  const problems = problemsOf(options);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return options;
}

function shortcuts(flags: ValueFlags) {
  const [meshProvider, ...additionalMeshProviders] = flags.meshProvider ?? [];
  const { metricsServer, watchNamespace: namespace, alertsSecret } = flags;
  return {
    ...(meshProvider === undefined ? {} : { meshProvider, additionalMeshProviders }),
    ...(metricsServer === undefined ? {} : { metricsServer }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(alertsSecret === undefined ? {} : { alertsSecret }),
    ...(flags.image === undefined ? {} : { image: imageParts(flags.image) }),
  };
}

/** `registry:5000/sluice:1.0@sha256:…`: a colon before the last slash belongs to the registry. */
function imageParts(reference: string) {
  const [, repository = reference, tag = '', digest = ''] = /^(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(reference) ?? [];
  return { repository, tag, digest };
}

/** `a.b\.c=true` is `{a: {'b.c': true}}`. */
function assignment(text: string): unknown {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--set ${text}: it has to be path=value`);
  const path = text
    .slice(0, at)
    .split(/(?<!\\)\./)
    .map((name) => name.replaceAll('\\.', '.'));
  const value: unknown = parse(text.slice(at + 1));
  return path.reduceRight((inner, name) => ({ [name]: inner }), value);
}

function appended(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Names separated by commas, added to those of the flag's earlier uses. */
export function commaList(text: string, before: readonly string[] = []): readonly string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ];
}
