// An Ecto migration as code, for rules: what Ecto cannot turn round, what runs at another time than it is written, and what it
// needs of the application.

export type { EctoCode, ModuleUse, UpAlone } from '../migrations/from-ecto/code.js';
export type { Irreversible } from '../migrations/from-ecto/run.js';
