// Extensions of the embedded server. Their files lie packed beside the worker and are put into its file system when a
// migration asks for them; one that we do not have becomes an empty extension, so that the migration goes on.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A file of the embedded server's file system. */
export interface ServerFile {
  readonly path: string;
  readonly data: Uint8Array;
}

/** Archives that hold several extensions. */
const PACKED_TOGETHER: Readonly<Record<string, string>> = {
  autoinc: 'spi',
  insert_username: 'spi',
  moddatetime: 'spi',
  refint: 'spi',
};

const ROOT = '/pglite';
const BLOCK = 512;

/** The files of an extension, or `null` when it is not among `assets`. */
export function shippedExtension(name: string, assets: string): readonly ServerFile[] | null {
  const archive = join(assets, `${PACKED_TOGETHER[name] ?? name}.tar.gz`);
  if (!isPlainName(name) || name === 'base' || !existsSync(archive)) return null;
  return filesInTar(gunzipSync(readFileSync(archive)));
}

/** An extension without objects. `version` is the one that the migration wants, if it says. */
export function emptyExtension(name: string, version = '0'): readonly ServerFile[] {
  if (!isPlainName(name) || !/^[\w.-]+$/.test(version)) return [];
  const folder = `${ROOT}/share/postgresql/extension`;
  const control = `comment = 'stands for an extension that is not shipped'\ndefault_version = '${version}'\nrelocatable = true\n`;
  return [
    { path: `${folder}/${name}.control`, data: Buffer.from(control) },
    { path: `${folder}/${name}--${version}.sql`, data: Buffer.from('SELECT 1;\n') },
  ];
}

/** Names become file names, so they must not lead elsewhere. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_][\w-]*$/.test(name);
}

/** Plain files of a ustar archive (POSIX.1-1988, `pax` without extended headers). */
function filesInTar(tar: Buffer): readonly ServerFile[] {
  const files: ServerFile[] = [];
  for (let start = 0; start + BLOCK <= tar.length; ) {
    const text = (from: number, length: number) =>
      tar.toString('latin1', start + from, start + from + length).replace(/\0.*$/s, '');
    const name = text(0, 100);
    if (name === '') break;
    const size = Number.parseInt(text(124, 12).trim() || '0', 8);
    const data = tar.subarray(start + BLOCK, start + BLOCK + size);
    const isFile = ['', '0'].includes(text(156, 1));
    if (isFile && !name.endsWith('/')) files.push({ path: `${ROOT}/${name}`, data: new Uint8Array(data) });
    start += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
