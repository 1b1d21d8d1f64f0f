#!/usr/bin/env node
// Syntax here is what Node 12 knows: an old Node must get far enough to say what is wrong, or to hand over to a newer one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const needed = [22, 19];

/** @param {string} relative path seen from this file */
function beside(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/** Runs this file again with another Node, and ends as that one ends. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => {
      // A terminal interrupts the child too; a second interrupt would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`sluice: ${node} doesn't start: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(signal ? 128 + (constants.signals[signal] || 0) : code);
  });
}

function start() {
  const source = beside('./cli/main.ts');
  const built = beside('../dist/src/cli/main.js');
  if (!existsSync(source) && !existsSync(built)) {
    process.stderr.write('sluice: nothing to run: build it first with `npm run build`\n');
    process.exit(1);
  }
  import(existsSync(source) ? './cli/main.ts' : '../dist/src/cli/main.js')
    .then((cli) => cli.main(process.argv.slice(2)))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error) => {
        process.stderr.write(`sluice: ${error instanceof Error ? error.stack : error}\n`);
        process.exitCode = 1;
      },
    );
}

const own = beside('../node_modules/node/bin/node');
if (isNewEnough()) {
  start();
} else if (existsSync(own) && process.execPath !== own) {
  handOver(own);
} else {
  process.stderr.write(`sluice needs Node ${needed.join('.')} or newer; this is ${process.versions.node}\n`);
  process.exitCode = 1;
}
