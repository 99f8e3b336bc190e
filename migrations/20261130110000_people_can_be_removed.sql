-- Who has access is a fact of its own: the role as Okta last told it, and whether somebody took the access back.
ALTER TABLE people
    ADD COLUMN super_administrator text NOT NULL DEFAULT 'unknown' CHECK (super_administrator IN ('yes', 'no', 'unknown')),
    ADD COLUMN role_evidence text,
    ADD COLUMN role_verified_at timestamptz,
    ADD COLUMN removed_at timestamptz,
    ADD COLUMN removed_by text;
COMMENT ON COLUMN people.super_administrator IS 'what Okta last said of the person''s role, asked with their own token';
COMMENT ON COLUMN people.role_evidence IS 'what that was concluded from';
COMMENT ON COLUMN people.role_verified_at IS 'when Okta said so; null while it never did';
COMMENT ON COLUMN people.removed_at IS 'when access was last taken back; let_in_at is null from then on, until another link lets the person in';
COMMENT ON COLUMN people.removed_by IS 'who took it back: kind and id as in the audit trail';

UPDATE people SET super_administrator = latest.super_administrator, role_evidence = latest.role_evidence, role_verified_at = latest.at
FROM (
    SELECT DISTINCT ON (person_id) person_id, super_administrator, role_evidence, at
    FROM authorizations WHERE super_administrator <> 'unknown' ORDER BY person_id, at DESC
) latest
WHERE latest.person_id = people.id;

CREATE INDEX people_by_link ON people (let_in_by) WHERE let_in_by IS NOT NULL;
CREATE INDEX sessions_by_person ON sessions (person_id) WHERE person_id IS NOT NULL;

-- What writes in Okta, ends a connection or takes access away asks when the person last signed in.
ALTER TABLE sessions ADD COLUMN authenticated_at timestamptz;
COMMENT ON COLUMN sessions.authenticated_at IS 'when the administrator of this session signed in with Okta; null for others';
