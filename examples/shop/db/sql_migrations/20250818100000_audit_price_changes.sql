-- Prices are also changed by imports that bypass the application: the database itself keeps the record.

CREATE FUNCTION audit_price_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO audit_events (organization_id, action, subject_type, subject_id, changes, inserted_at)
  VALUES (
    NEW.organization_id,
    'price.changed',
    'price',
    NEW.id,
    jsonb_build_object('from', OLD.amount_cents, 'to', NEW.amount_cents),
    now() AT TIME ZONE 'UTC'
  );
  RETURN NULL;
END;
$$;

CREATE TRIGGER audit_price_change
AFTER UPDATE OF amount_cents ON prices
FOR EACH ROW
WHEN (OLD.amount_cents IS DISTINCT FROM NEW.amount_cents)
EXECUTE FUNCTION audit_price_change();
