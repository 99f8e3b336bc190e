-- As before, with the new columns of a line, and the lock on its chain. Ends may be replaced, and not removed.
CREATE OR REPLACE FUNCTION grant_service_rights(role_name text) RETURNS void LANGUAGE plpgsql
    SET search_path FROM CURRENT AS $$
DECLARE
    home name := current_schema();
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        'GRANT USAGE ON SCHEMA %1$I TO %2$I',
        'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %2$I',
        'GRANT USAGE ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I',
        'REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations, audit_events, audit_signatures, audit_chains, audit_origin FROM %2$I',
        'REVOKE DELETE ON audit_ends FROM %2$I',
        'GRANT INSERT (id, tenant_id, at, actor_kind, actor, actor_name, action, detail, digest, chain_sequence) ON audit_events TO %2$I',
        'GRANT INSERT ON audit_signatures TO %2$I',
        'GRANT EXECUTE ON FUNCTION lock_audit_chain(uuid) TO %2$I'
    ] LOOP
        EXECUTE format(statement, home, role_name);
    END LOOP;
END $$;
