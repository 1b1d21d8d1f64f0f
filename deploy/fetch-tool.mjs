// Usage: node fetch-tool.mjs <name> <url> <sha256>
// Downloads a program for the image into the present folder. A .tar.gz is unpacked, and the file of that name taken out of it.
// Ends with an error, and leaves nothing, when the sum of what was downloaded is another one.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [name, url, sum] = process.argv.slice(2);

function fail(why) {
  console.error(`${name ?? 'fetch-tool'}: ${why}`);
  process.exit(1);
}

const argument = String(name).toUpperCase();
if (!url) fail(`--build-arg ${argument}_URL=<address of the program or of its .tar.gz> is missing`);
if (!/^[0-9a-f]{64}$/.test(sum ?? '')) fail(`--build-arg ${argument}_SHA256=<64 hex digits> is missing`);

const answer = await fetch(url);
if (!answer.ok) fail(`${url} answered ${answer.status}`);
const content = Buffer.from(await answer.arrayBuffer());
const found = createHash('sha256').update(content).digest('hex');
if (found !== sum) fail(`${url} has the sum ${found}, and not ${sum}`);

if (/\.(?:tar\.gz|tgz)$/.test(new URL(url).pathname)) {
  const folder = mkdtempSync('unpacked-');
  const archive = join(folder, 'archive');
  writeFileSync(archive, content);
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  const file = readdirSync(folder, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && entry.name === name,
  );
  if (!file) fail(`${url} holds no file ${name}`);
  renameSync(join(file.parentPath, file.name), name);
  rmSync(folder, { recursive: true });
} else {
  writeFileSync(name, content);
}
chmodSync(name, 0o755);
