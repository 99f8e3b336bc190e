-- What somebody agrees to is the catalog that they were shown, whichever replica shows the next page.
ALTER TABLE onboarding_links ADD COLUMN permissions_read_version text;
COMMENT ON COLUMN onboarding_links.permissions_read_version IS 'the version of the catalog that was read to its end';
ALTER TABLE authorization_attempts ADD COLUMN catalog_version text;
COMMENT ON COLUMN authorization_attempts.catalog_version IS 'the version of the catalog that is agreed to by it; null for a sign-in that asks for no permission';
ALTER TABLE catalog_announcements ADD COLUMN seen_at timestamptz;
COMMENT ON COLUMN catalog_announcements.seen_at IS 'when a replica that runs with it last said so; null before replicas did';
