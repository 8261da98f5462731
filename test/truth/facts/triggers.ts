// Triggers of tables and views, event triggers, rules.

import type { Trigger } from '../../../server/src/catalog/catalog.js';
import { broadDoubt } from '../../../server/src/catalog/lookup.js';
import { type FactFamily, nameOf, notOfExtension, ofTable, words } from './fact.js';

const STATES: Readonly<Record<Trigger['state'], string>> = {
  origin: 'O',
  disabled: 'D',
  replica: 'R',
  always: 'A',
};

/** Those of foreign keys are left out. */
export const triggers: FactFamily = {
  name: 'triggers',
  query: `
    SELECT 'trigger ' || r.name || ' ' || t.tgname AS key,
      concat_ws(' ', CASE WHEN t.tgconstraint <> 0 THEN 'constraint' END,
        CASE WHEN t.tgtype & 2 = 2 THEN 'before' WHEN t.tgtype & 64 = 64 THEN 'instead of' ELSE 'after' END,
        CASE WHEN t.tgtype & 4 = 4 THEN 'insert' END, CASE WHEN t.tgtype & 8 = 8 THEN 'delete' END,
        CASE WHEN t.tgtype & 16 = 16 THEN 'update' END, CASE WHEN t.tgtype & 32 = 32 THEN 'truncate' END,
        'of ' || (SELECT string_agg(a.attname, ',' ORDER BY a.attname) FROM unnest(t.tgattr) c(num) JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.num),
        CASE WHEN t.tgtype & 1 = 1 THEN 'row' ELSE 'statement' END, CASE WHEN t.tgqual IS NOT NULL THEN 'when' END,
        p.proname, CASE WHEN t.tgdeferrable THEN 'deferrable' END, CASE WHEN t.tginitdeferred THEN 'deferred' END,
        'old ' || t.tgoldtable, 'new ' || t.tgnewtable, t.tgenabled::text, CASE WHEN t.tgparentid <> 0 THEN 'inherited' END) AS value
    FROM pg_trigger t JOIN relations r ON r.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgconstrrelid = 0 AND (NOT t.tgisinternal OR t.tgparentid <> 0)`,
  of: (catalog) =>
    [...catalog.relations.values()].flatMap((relation) => {
      if (relation.kind !== 'table' && relation.kind !== 'view') return [];
      const facts = relation.triggers.map((trigger) => ({
        key: `trigger ${nameOf(relation)} ${trigger.name}`,
        value: words(
          trigger.constraint && 'constraint',
          trigger.timing,
          ...trigger.events,
          trigger.columns.length > 0 && `of ${[...trigger.columns].sort()}`,
          trigger.forEachRow ? 'row' : 'statement',
          trigger.when !== null && 'when',
          trigger.function.name,
          trigger.deferrable && 'deferrable',
          trigger.initiallyDeferred && 'deferred',
          trigger.oldTable !== null && `old ${trigger.oldTable}`,
          trigger.newTable !== null && `new ${trigger.newTable}`,
          STATES[trigger.state],
          trigger.inherited && 'inherited',
        ),
      }));
      if (relation.kind === 'table') return ofTable(catalog, relation, facts);
      return broadDoubt(catalog, relation) === null ? facts : facts.map(({ key }) => ({ key, value: null }));
    }),
};

export const eventTriggers: FactFamily = {
  name: 'event triggers',
  query: `
    SELECT 'event trigger ' || t.evtname AS key, concat_ws(' ', t.evtevent, p.proname, t.evtenabled::text) AS value
    FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid WHERE ${notOfExtension('pg_event_trigger', 't')}`,
  of: (catalog) =>
    [...catalog.eventTriggers.values()].map((trigger) => ({
      key: `event trigger ${trigger.name}`,
      value: words(trigger.event, trigger.function.name, STATES[trigger.state]),
    })),
};

/** Those of views themselves are left out. */
export const rules: FactFamily = {
  name: 'rules',
  query: `
    SELECT 'rule ' || r.name || ' ' || w.rulename AS key, '' AS value
    FROM pg_rewrite w JOIN relations r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'`,
  of: (catalog) =>
    [...catalog.relations.values()].flatMap((relation) => {
      if (relation.kind !== 'table' && relation.kind !== 'view') return [];
      const facts = relation.rules.map((name) => ({ key: `rule ${nameOf(relation)} ${name}`, value: '' }));
      return relation.kind === 'table' ? ofTable(catalog, relation, facts) : facts;
    }),
};
