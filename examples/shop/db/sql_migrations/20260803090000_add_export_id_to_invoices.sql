-- The bookkeeping software wants an id of its own for every invoice.

ALTER TABLE invoices
  ADD COLUMN export_id uuid NOT NULL DEFAULT gen_random_uuid();
