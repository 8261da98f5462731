// plumbline tenants

import { noTenants, type TenantModel } from '../../../analysis/tenancy.js';
import { tenancyFor } from '../../../lint/tenancy.js';
import { type TenantSite, tenantSitesOf } from '../../../lint/tenant-sites.js';
import type { Workspace } from '../../../lint/workspace.js';
import { count } from '../../../text/words.js';
import type { Arguments } from '../arguments.js';
import { tenantsText } from '../formats/tenants.js';
import type { Opened } from '../open.js';
import type { Output } from '../output.js';
import { fromHere, placeOf } from '../places.js';

/** A site with its place as it is printed. */
export interface PrintedSite extends TenantSite {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
}

/** Gives the exit status. */
export function tenants({ workspace, chosen }: Opened, args: Arguments, output: Output): number {
  const sites = chosen.flatMap((path) => printedSites(workspace, path));
  const model = modelFor(workspace, chosen);
  output.write(
    args.format === 'json'
      ? `${JSON.stringify({ version: 1, model: modelShape(model), sites: sites.map(siteShape) }, null, 2)}\n`
      : tenantsText(model, sites, output.colours),
  );
  return 0;
}

function printedSites(workspace: Workspace, path: string): readonly PrintedSite[] {
  const file = workspace.files.get(path);
  if (file === undefined) return [];
  return tenantSitesOf(workspace, path).map((site) => ({ ...site, ...placeOf(file, site.span) }));
}

/** The model of most of the files; one without tenants only where no file has another. */
function modelFor(workspace: Workspace, paths: readonly string[]): TenantModel {
  const files = new Map<TenantModel, string[]>();
  for (const path of paths) {
    if (!workspace.readings.has(path)) continue;
    const model = tenancyFor(workspace, path);
    files.set(model, [...(files.get(model) ?? []), path]);
  }
  const [most, ...others] = [...files].sort(
    ([a, ofA], [b, ofB]) => Number(b.root !== null) - Number(a.root !== null) || ofB.length - ofA.length,
  );
  if (most === undefined) return noTenants;
  const [model] = most;
  const different = others.filter(([{ root, column }]) => root !== model.root || column !== model.column);
  return { ...model, evidence: [...model.evidence, ...different.map(otherWords)] };
}

/** Services of one workspace may each have their own. */
function otherWords([{ root, column }, paths]: readonly [TenantModel, readonly string[]]): string {
  const where = `${count(paths.length, 'file')} beside these, such as "${fromHere(paths[0] ?? '')}"`;
  return root === null ? `${where}, have no tenants` : `${where}, have the tenants "${root}" by "${column}"`;
}

function modelShape({ root, column, tables, evidence }: TenantModel) {
  const classes = [...tables].map(([name, table]) => [name, table.class] as const);
  return {
    root,
    column,
    tables: Object.fromEntries(classes.sort(([a], [b]) => (a < b ? -1 : 1))),
    evidence,
  };
}

function siteShape(site: PrintedSite) {
  const { path, line, endLine, language, sink, tables, verdict, level, reason } = site;
  return { path, line, endLine, language, sink, tables, verdict, level, reason };
}
