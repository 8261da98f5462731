// How tables belong to tenants, and how that is known, as a page.

import type { Command } from './command.js';
import { currentUri } from './place.js';

export const showTenantModel: Command = {
  id: 'plumbline.showTenantModel',

  async run({ server, documents }) {
    const uri = currentUri();
    const { markdown } = await server.tenantModel(uri === '' ? null : uri);
    // Its table is wide.
    await documents.preview('Tenant model.md', markdown, 'here');
  },
};
