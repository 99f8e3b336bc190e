-- A connection that cannot be renewed is in trouble before its state changes: support finds it among
-- those that need help. Renewals that succeed one after the other note nothing.
CREATE TRIGGER refreshes_are_looked_up AFTER UPDATE OF failure, attempts ON refreshes
    FOR EACH ROW WHEN (OLD.failure IS NOT NULL OR NEW.failure IS NOT NULL)
    EXECUTE FUNCTION note_support_change('tenant_id');
INSERT INTO support_changes (tenant_id) SELECT tenant_id FROM refreshes WHERE failure IS NOT NULL;
