-- A sign-in that would leave a connection weaker is held: nothing of it is stored but what the page has to say.
ALTER TABLE authorization_attempts
    DROP CONSTRAINT authorization_attempts_purpose_check,
    ADD CONSTRAINT authorization_attempts_purpose_check CHECK (purpose IN ('connect', 'sign_in', 'verify')),
    ADD COLUMN returns_to text CHECK (returns_to IN ('grants', 'disconnect', 'people')),
    ADD COLUMN accepts integer CHECK (accepts >= 0),
    ADD COLUMN held_at timestamptz,
    ADD COLUMN held_before integer,
    ADD COLUMN held_after integer,
    ADD COLUMN held_by_super boolean,
    ADD COLUMN held_for uuid REFERENCES people (id),
    ADD CHECK ((held_at IS NULL) = (held_before IS NULL) AND (held_at IS NULL) = (held_after IS NULL)
        AND (held_at IS NULL) = (held_by_super IS NULL) AND (held_at IS NULL) = (held_for IS NULL));
CREATE INDEX authorization_attempts_held ON authorization_attempts (session_family) WHERE held_at IS NOT NULL;
COMMENT ON COLUMN authorization_attempts.returns_to IS 'the page that the person came from; null is the tenant''s page';
COMMENT ON COLUMN authorization_attempts.accepts IS 'so few working permissions, below those of the live sign-in, a Super Administrator saw and chose';
COMMENT ON COLUMN authorization_attempts.held_at IS 'when its sign-in was held instead of stored';
COMMENT ON COLUMN authorization_attempts.held_before IS 'how many permissions worked by the live sign-in then';
COMMENT ON COLUMN authorization_attempts.held_after IS 'how many of those would have worked by this one';
COMMENT ON COLUMN authorization_attempts.held_by_super IS 'whether Okta confirmed the person of the held sign-in as a Super Administrator';
COMMENT ON COLUMN authorization_attempts.held_for IS 'whose live sign-in was kept';
