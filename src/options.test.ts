import { describe, expect, test } from 'vitest';
import { optionTable } from './option-table.ts';
import { defaultOptions, parseOptions, type RunOptions, renderFlags } from './options.ts';

function read(argv: readonly string[], env: Record<string, string> = {}): RunOptions {
  const parsed = parseOptions(argv, env);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.options;
}

function refusal(...argv: string[]): string {
  const parsed = parseOptions(argv, {});
  return parsed.ok ? 'accepted' : parsed.message;
}

describe('without flags', () => {
  test('every option has the default of the reference', () => {
    expect(defaultOptions()).toEqual({
      kubeconfig: '',
      master: '',
      kubeconfigQps: 100,
      kubeconfigBurst: 250,
      kubeconfigServiceMesh: '',
      metricsServer: 'http://prometheus:9090',
      controlLoopIntervalMs: 10_000,
      logLevel: 'info',
      zapEncoding: 'json',
      zapReplaceGlobals: false,
      port: 8080,
      threadiness: 2,
      namespace: '',
      meshProvider: 'istio',
      selectorLabels: ['app', 'name', 'app.kubernetes.io/name'],
      includeLabelPrefix: [],
      ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
      ingressClass: '',
      enableConfigTracking: true,
      enableLeaderElection: false,
      leaderElectionNamespace: 'kube-system',
      slackUrl: '',
      slackToken: '',
      slackProxyUrl: '',
      slackUser: 'flagger',
      slackChannel: '',
      msteamsUrl: '',
      msteamsProxyUrl: '',
      eventWebhook: '',
      clusterName: '',
      noCrossNamespaceRefs: false,
      version: false,
      minIntervalMs: 10_000,
      host: '',
    });
  });
});

const samples = {
  text: { text: 'some-thing', value: 'some-thing' },
  count: { text: '7', value: 7 },
  switch: { text: 'true', value: true },
  list: { text: 'a, b,,c', value: ['a', 'b', 'c'] },
  duration: { text: '1m30s', value: 90_000 },
} as const;

describe.each(optionTable)('$flag', ({ flag, kind }) => {
  const sample = typeof kind === 'string' ? samples[kind] : { text: kind[1], value: kind[1] };
  const camel = flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const field = (kind === 'duration' ? `${camel}Ms` : camel) as keyof RunOptions;

  test.each([
    { spelling: 'one dash and =', argv: [`-${flag}=${sample.text}`] },
    { spelling: 'two dashes and =', argv: [`--${flag}=${sample.text}`] },
    { spelling: 'its own argument', argv: kind === 'switch' ? [`-${flag}`] : [`-${flag}`, sample.text] },
  ])('is read with $spelling', ({ argv }) => {
    expect(read(argv)[field]).toEqual(sample.value);
  });
});

describe('values', () => {
  test.each([
    {
      name: 'a switch is turned off by =false',
      argv: ['-enable-config-tracking=false'],
      want: { enableConfigTracking: false },
    },
    {
      name: "Go's short spellings of false are known",
      argv: ['--enable-config-tracking=F'],
      want: { enableConfigTracking: false },
    },
    {
      name: 'a switch takes no argument after it',
      argv: ['-enable-leader-election', '-port', '1'],
      want: { enableLeaderElection: true, port: 1 },
    },
    { name: 'the last of several wins', argv: ['-port=1', '-port=2'], want: { port: 2 } },
    { name: 'a value may hold =', argv: ['-event-webhook=http://a/?b=c'], want: { eventWebhook: 'http://a/?b=c' } },
    {
      name: 'an argument that begins with a dash may be a value',
      argv: ['-cluster-name', '-x-'],
      want: { clusterName: '-x-' },
    },
    { name: 'an empty value is one', argv: ['-slack-user='], want: { slackUser: '' } },
    {
      name: 'the routing cluster is the cluster unless given',
      argv: ['-kubeconfig=a'],
      want: { kubeconfigServiceMesh: 'a' },
    },
    {
      name: 'the lease lies in the namespace that is looked after',
      argv: ['-namespace=test'],
      want: { leaderElectionNamespace: 'test' },
    },
  ])('$name', ({ argv, want }) => {
    expect(read(argv)).toMatchObject(want);
  });
});

describe('environment', () => {
  test.each(optionTable.filter((row) => 'env' in row))('$env wins over $flag when it is not empty', (row) => {
    const field = row.flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof RunOptions;
    const env = 'env' in row ? row.env : '';
    expect(read([`-${row.flag}=flag`], { [env]: 'environment' })[field]).toBe('environment');
    expect(read([`-${row.flag}=flag`], { [env]: '' })[field]).toBe('flag');
  });

  test('six variables are known', () => {
    expect(optionTable.flatMap((row) => ('env' in row ? [row.env] : [])).sort()).toEqual([
      'EVENT_WEBHOOK_URL',
      'MSTEAMS_PROXY_URL',
      'MSTEAMS_URL',
      'SLACK_PROXY_URL',
      'SLACK_TOKEN',
      'SLACK_URL',
    ]);
  });
});

describe('the log level', () => {
  test.each([
    { text: 'debug', level: 'debug' },
    { text: 'info', level: 'info' },
    { text: 'warn', level: 'warning' },
    { text: 'warning', level: 'warning' },
    { text: 'error', level: 'error' },
    { text: 'fatal', level: 'error' },
    { text: 'panic', level: 'error' },
  ])('$text is $level', ({ text, level }) => {
    const parsed = parseOptions([`-log-level=${text}`], {});
    expect(parsed).toMatchObject({ ok: true, options: { logLevel: level }, warnings: [] });
  });

  test.each(['loud', 'WARN', '', 'toString'])('%j is info with a warning, as for the reference', (text) => {
    expect(parseOptions([`-log-level=${text}`], {})).toMatchObject({
      ok: true,
      options: { logLevel: 'info' },
      warnings: [`flag -log-level: ${JSON.stringify(text)} is none of debug, info, warning, error: info is taken`],
    });
  });
});

describe('what is wrong is said', () => {
  test.each([
    { argv: ['-mesh-provder=x'], message: 'unknown flag -mesh-provder; did you mean -mesh-provider?' },
    { argv: ['--whatever'], message: 'unknown flag -whatever; `sluice help run` lists them all' },
    { argv: ['stray'], message: `"stray" isn't a flag: flags begin with - or --` },
    { argv: ['-port'], message: 'flag -port needs a value' },
    { argv: ['-port=http'], message: `flag -port: "http" isn't a whole number` },
    { argv: ['-min-interval=10'], message: `flag -min-interval: "10" isn't a duration such as 10s or 1m30s` },
    { argv: ['-min-interval=-1s'], message: 'flag -min-interval: "-1s" is negative' },
    {
      argv: ['-min-interval', '9'.repeat(99)],
      message: `flag -min-interval: "${'9'.repeat(64)}"… isn't a duration such as 10s or 1m30s`,
    },
    { argv: ['-zap-encoding=xml'], message: 'flag -zap-encoding: "xml" is none of json, console' },
    {
      argv: ['-no-cross-namespace-refs=maybe'],
      message: 'flag -no-cross-namespace-refs: "maybe" is neither true nor false',
    },
    { argv: ['---port=1'], message: `"---port=1" isn't a flag: flags begin with - or --` },
  ])('$message', ({ argv, message }) => {
    expect(refusal(...argv)).toBe(message);
  });
});

test('the help names every flag with its default and variable', () => {
  const help = renderFlags();
  for (const { flag } of optionTable) expect(help).toContain(`  --${flag}`);
  expect(help).toContain('--log-level <debug|info|warning|error>\n');
  expect(help).toContain('(default istio)');
  expect(help).toContain('($SLACK_URL)');
});
