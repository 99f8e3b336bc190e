-- Who somebody is: the issuer that vouched for them, and their subject there. What an organization calls
-- itself plays no part in it.
ALTER TABLE people ADD COLUMN issuer text;
UPDATE people p SET issuer = coalesce(c.organization_origin, 'https://unknown.invalid')
FROM connections c WHERE c.tenant_id = p.tenant_id;
COMMENT ON COLUMN people.issuer IS 'the origin of the organization whose ID token named the person: the token''s iss';
COMMENT ON COLUMN people.okta_user_id IS 'the ID token''s sub, to the letter: unique within the issuer';

-- Whatever the version before this one writes meanwhile gets its issuer here.
CREATE FUNCTION people_know_their_issuer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT coalesce(organization_origin, 'https://unknown.invalid') INTO NEW.issuer
    FROM connections WHERE tenant_id = NEW.tenant_id;
    RETURN NEW;
END $$;
CREATE TRIGGER people_know_their_issuer BEFORE INSERT ON people
    FOR EACH ROW WHEN (NEW.issuer IS NULL) EXECUTE FUNCTION people_know_their_issuer();

ALTER TABLE people ALTER COLUMN issuer SET NOT NULL,
    ADD CONSTRAINT people_by_identity UNIQUE (issuer, okta_user_id, tenant_id);
-- The version before this one needs people_tenant_id_okta_user_id_key; a later migration drops it.
