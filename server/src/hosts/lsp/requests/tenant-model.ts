// plumbline/tenantModel: how tables belong to tenants.

import { tenantModelPage } from '../../../features/tenant-model.js';
import { anyFileIn } from '../../../text/source-file.js';
import type { TenantModelParams, TenantModelResult } from '../extensions.js';
import { pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';

export function tenantModelOf(
  { workspace, root }: Session,
  { textDocument }: TenantModelParams,
): TenantModelResult {
  const path = textDocument === null ? null : pathOf(textDocument.uri);
  return { markdown: tenantModelPage(workspace, path ?? anyFileIn(root)) };
}
