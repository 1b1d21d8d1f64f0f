import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * An image without a registry: one static program, in the form that `docker save` writes. `folder` is made and holds the
 * parts; returns the file to import.
 */
export function makeImage(
  folder: string,
  image: { name: string; program: string; command: readonly string[] },
): string {
  const root = join(folder, 'root');
  mkdirSync(root, { recursive: true });
  copyFileSync(image.program, join(root, 'program'));
  tar(folder, 'layer.tar', ['-C', root, 'program']);
  const layer = createHash('sha256')
    .update(readFileSync(join(folder, 'layer.tar')))
    .digest('hex');
  const config = {
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    config: { Entrypoint: ['/program', ...image.command] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const manifest = [{ Config: 'config.json', RepoTags: [image.name], Layers: ['layer.tar'] }];
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  tar(folder, 'image.tar', ['config.json', 'manifest.json', 'layer.tar']);
  return join(folder, 'image.tar');
}

function tar(folder: string, file: string, argv: readonly string[]): void {
  execFileSync('tar', ['--mtime=@0', '--owner=0', '--group=0', '-cf', file, ...argv], { cwd: folder });
}
