-- A worker's call reads the token with all that decides about it from one row. What it may do, and what
-- a check found against a scope, is therefore kept beside it.
ALTER TABLE token_sets ADD COLUMN granted text, ADD COLUMN ineffective text[];
COMMENT ON COLUMN token_sets.granted IS 'the scopes that count now, separated by spaces; kept by a trigger';
COMMENT ON COLUMN token_sets.ineffective IS 'of check_results: what the last complete check of these tokens'' authorization found against a scope, as ''okta.users.manage blocked_by_role''; null when nothing';

-- By a trigger, so that no writer of tokens can forget it.
CREATE FUNCTION keep_granted_beside_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.granted := array_to_string(coalesce(
        NEW.scopes, (SELECT granted_scopes FROM authorizations WHERE id = NEW.authorization_id)), ' ');
    RETURN NEW;
END $$;
CREATE TRIGGER token_sets_know_what_is_granted BEFORE INSERT OR UPDATE OF scopes, authorization_id ON token_sets
    FOR EACH ROW EXECUTE FUNCTION keep_granted_beside_token();

UPDATE token_sets s SET scopes = s.scopes, ineffective = (
    SELECT array_agg(r.scope || ' ' || r.finding ORDER BY r.scope) FROM check_results r
    WHERE r.finding IN ('missing', 'blocked_by_role', 'unavailable')
      AND r.check_id = (SELECT id FROM checks
                        WHERE tenant_id = s.tenant_id AND authorization_id = s.authorization_id AND outcome = 'complete'
                        ORDER BY finished_at DESC LIMIT 1));
ALTER TABLE token_sets ALTER COLUMN granted SET NOT NULL;

-- Tokens stay in their row instead of in a table beside it, which would be read for each of them.
ALTER TABLE token_sets SET (toast_tuple_target = 8160);
