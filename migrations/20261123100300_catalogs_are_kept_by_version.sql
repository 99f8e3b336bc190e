-- What each version of the catalog said, so that a tenant can be told what has changed since it agreed.
CREATE TABLE catalog_versions (
    version text PRIMARY KEY,
    content text NOT NULL,
    first_seen_at timestamptz NOT NULL
);
COMMENT ON COLUMN catalog_versions.version IS 'a hash of the content; authorizations name the version that they agreed to';
COMMENT ON COLUMN catalog_versions.content IS 'what was asked and in which words, as JSON, to the letter';
