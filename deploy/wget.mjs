#!/usr/bin/env node
// The part of wget that probes use: Flagger's manifests ask with
//   wget --quiet --tries=1 --timeout=4 --spider http://localhost:8080/healthz
// Ends as GNU Wget does: 0 after a good answer, 8 after one that says no, 4 without any, 2 for arguments that aren't known here.
import { parseArgs } from 'node:util';

const DEFAULT_TIMEOUT_SECONDS = 10;

const options = {
  spider: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  // Accepted, and without effect: whoever probes asks again by himself
  tries: { type: 'string', short: 't' },
  timeout: { type: 'string', short: 'T' },
};

function end(code, why) {
  if (why) console.error(`wget: ${why}`);
  process.exit(code);
}

function read(argv) {
  try {
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    const [address, ...others] = positionals;
    if (!values.spider || !address || others.length > 0) throw new Error('only --spider with one address is supported');
    const seconds = Number(values.timeout ?? DEFAULT_TIMEOUT_SECONDS);
    if (!(seconds >= 0)) throw new Error(`--timeout ${values.timeout} is no number of seconds`);
    const url = new URL(/^https?:/.test(address) ? address : `http://${address}`);
    return { url, seconds, quiet: values.quiet === true };
  } catch (error) {
    return end(2, error.message);
  }
}

const { url, seconds, quiet } = read(process.argv.slice(2));
try {
  // Zero is no limit, as in Wget
  const answer = await fetch(url, seconds > 0 ? { signal: AbortSignal.timeout(seconds * 1000) } : {});
  end(answer.ok ? 0 : 8, quiet || answer.ok ? '' : `${url} answered ${answer.status}`);
} catch (error) {
  end(4, quiet ? '' : `${url}: ${error.cause?.code ?? error.message}`);
}
