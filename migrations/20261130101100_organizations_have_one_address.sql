-- One organization id has one origin, and the reverse, across all tenants. Written when an authorization
-- succeeds, so that typing an address takes nothing.
CREATE TABLE organizations (
    origin text PRIMARY KEY,
    organization_id text NOT NULL UNIQUE,
    believed boolean NOT NULL,
    connected_at timestamptz NOT NULL
);
COMMENT ON TABLE organizations IS 'the organizations that were ever connected';
COMMENT ON COLUMN organizations.origin IS 'its address: of the organization itself, never of another domain of it';
COMMENT ON COLUMN organizations.organization_id IS 'what the server there calls itself';
COMMENT ON COLUMN organizations.connected_at IS 'when an authorization there first succeeded';
COMMENT ON COLUMN organizations.believed IS 'the id is Okta''s: the host under Okta''s own domains that has it said so. Else a server of a listed origin calls itself so, and gives way to a believed one';

INSERT INTO organizations (origin, organization_id, believed, connected_at)
SELECT origin, organization_id, believed, connected_at FROM (
    SELECT organization_origin AS origin, organization_id, min(connected_at) AS connected_at,
           organization_origin ~ '^https://[^./:]+\.((okta|oktapreview|okta-emea|okta-gov|okta-miltest|trex-gov|trex-govcloud)\.com|okta\.mil)$'
               AS believed
    FROM connections WHERE connected_at IS NOT NULL AND organization_origin IS NOT NULL GROUP BY 1, 2
) AS known ORDER BY believed DESC, connected_at
ON CONFLICT DO NOTHING;
