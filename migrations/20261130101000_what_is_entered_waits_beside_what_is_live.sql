-- What an onboarding enters says nothing of the live connection until a sign-in with it succeeds: the
-- organization too, like the app before it.
ALTER TABLE connections
    ADD COLUMN next_organization_origin text,
    ADD COLUMN next_organization_id text,
    ADD COLUMN next_organization_edition text,
    ADD COLUMN next_organization_confirmed_at timestamptz,
    ADD COLUMN next_generation bigint NOT NULL DEFAULT 1,
    ADD COLUMN client_secret_generation bigint NOT NULL DEFAULT 1,
    ADD CHECK ((next_organization_origin IS NULL) = (next_organization_id IS NULL));
COMMENT ON COLUMN connections.organization_origin IS 'the live connection''s organization; of a connection that was never connected it means nothing';
COMMENT ON COLUMN connections.organization_confirmed_at IS 'when a person had confirmed the organization that was then connected';
COMMENT ON COLUMN connections.next_organization_origin IS 'the organization that an onboarding entered: it becomes the live one only when a sign-in at it succeeds';
COMMENT ON COLUMN connections.next_organization_id IS 'what the organization that was entered calls itself';
COMMENT ON COLUMN connections.next_organization_edition IS 'its edition';
COMMENT ON COLUMN connections.next_organization_confirmed_at IS 'when a person confirmed the organization that was found';
COMMENT ON COLUMN connections.next_generation IS 'grows with each app that is entered; its secret is sealed for it, so that an older one put back does not open';
COMMENT ON COLUMN connections.client_secret_generation IS 'the generation of the live client secret';

UPDATE connections SET next_organization_origin = organization_origin, next_organization_id = organization_id,
    next_organization_edition = organization_edition, next_organization_confirmed_at = organization_confirmed_at
WHERE organization_origin IS NOT NULL;
