-- A link can also ask a colleague for one repair: grant what is missing, sign in once, and no more.
ALTER TABLE onboarding_links
    ADD COLUMN purpose text NOT NULL DEFAULT 'onboarding' CHECK (purpose IN ('onboarding', 'repair')),
    ADD COLUMN asked_by uuid REFERENCES people (id),
    ADD COLUMN reason text CHECK (char_length(reason) <= 500),
    ADD CHECK ((purpose = 'repair') = (asked_by IS NOT NULL));
COMMENT ON COLUMN onboarding_links.purpose IS 'onboarding lets whoever signs in become an administrator; repair does not';
COMMENT ON COLUMN onboarding_links.asked_by IS 'the administrator who asks';
COMMENT ON COLUMN onboarding_links.reason IS 'why, in the administrator''s own words, shown to the colleague';
