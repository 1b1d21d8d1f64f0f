import { checkAfter, checkBefore } from '../install/check.ts';
import type { Finding } from '../install/finding.ts';
import { axiosHttp } from '../runtime/axios-http.ts';
import { manageCluster } from './cluster-access.ts';
import { commaList, type PlaceFlags, withPlaceFlags } from './install-flags.ts';
import { type Colour, processTerminal, type Style, type Terminal } from './terminal.ts';
import { renderTable } from './text-table.ts';
import { execute, verbCommand, withCluster } from './verb-command.ts';

interface Flags extends PlaceFlags {
  readonly pre?: boolean;
  readonly self?: boolean;
  readonly meshProvider?: readonly string[];
}

const marks: Readonly<Record<Finding['state'], readonly [string, Colour]>> = {
  ok: ['ok', 'green'],
  missing: ['MISSING', 'red'],
  unknown: ['unknown', 'yellow'],
};

/** `sluice check`: what is missing, and what to do about it. Resolves with the exit code, which is 1 if something is. */
export async function check(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  open = manageCluster,
): Promise<number> {
  let failed = false;
  const summary = 'Says what a cluster or an installation lacks, and what to do about it. Changes nothing.';
  const command = withPlaceFlags(verbCommand('check', summary, terminal))
    .option('--pre', 'before an installation: is the cluster fit for it, and may you do it')
    .option('--self', 'your own permissions, for a controller that runs outside of the cluster with this kubeconfig')
    .option('--mesh-provider <names>', 'providers of the canaries; those of the installation unless given', commaList)
    .action((flags: Flags) =>
      withCluster(open(flags, 'sluice-check'), async (cluster) => {
        const { name, namespace, pre, self = false, meshProvider: providers = [] } = flags;
        const request = { place: { name, namespace }, providers, self, http: axiosHttp() };
        const findings = await (pre ? checkBefore : checkAfter)(cluster, request);
        failed = findings.some(({ state }) => state === 'missing');
        terminal.out(report(findings, terminal.style));
      }),
    );
  const code = await execute(command, argv, terminal);
  return code === 0 && failed ? 1 : code;
}

function report(findings: readonly Finding[], style: Style): string {
  const rows = findings.map(({ what, state, detail }) => {
    const [text, colour] = marks[state];
    return [what, { text, colour }, detail];
  });
  const wrong = findings.filter((finding) => finding.state === 'missing');
  const remedies = wrong.map(({ what, remedy }) => `  ${what}: ${remedy}\n`).join('');
  const hidden = findings.filter(({ state }) => state === 'unknown').length;
  const fine = hidden === 0 ? 'Nothing is missing.' : `Nothing is missing of what can be seen; ${hidden} unknown.`;
  const verdict = wrong.length === 0 ? `\n${fine}\n` : `\nWhat to do\n${remedies}`;
  return renderTable(['WHAT', 'STATE', 'DETAIL'], rows, style) + verdict;
}
