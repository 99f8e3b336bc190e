-- The vendor's own people, who sign in at the vendor's identity provider. Nothing here is shared with
-- administrators: other people, other sessions, other attempts.
CREATE TABLE staff (
    id uuid PRIMARY KEY,
    issuer text NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    first_signed_in_at timestamptz NOT NULL,
    last_signed_in_at timestamptz NOT NULL,
    UNIQUE (issuer, subject)
);
COMMENT ON COLUMN staff.issuer IS 'the identity provider that vouches for the person';
COMMENT ON COLUMN staff.subject IS 'the ID token''s sub: unique within the issuer';
COMMENT ON COLUMN staff.name IS 'as the provider gave it at the last sign-in';
COMMENT ON COLUMN staff.email IS 'as the provider gave it at the last sign-in; for people, never for recognising anybody';

CREATE TABLE staff_sessions (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    family uuid NOT NULL,
    staff_id uuid REFERENCES staff (id),
    role text CHECK (role IN ('support', 'operator')),
    browser text NOT NULL,
    id_token bytea,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CHECK ((staff_id IS NULL) = (role IS NULL)),
    CHECK (staff_id IS NOT NULL OR id_token IS NULL)
);
CREATE INDEX staff_sessions_by_end ON staff_sessions (expires_at);
COMMENT ON COLUMN staff_sessions.token_hash IS 'the SHA-256 of the cookie''s token';
COMMENT ON COLUMN staff_sessions.family IS 'stays when the cookie is rotated, so that only the browser that began a sign-in can finish it';
COMMENT ON COLUMN staff_sessions.staff_id IS 'null while a browser has only begun to sign in';
COMMENT ON COLUMN staff_sessions.role IS 'as the groups said at the sign-in; a new sign-in brings a new one';
COMMENT ON COLUMN staff_sessions.browser IS 'a coarse name such as Firefox on Linux; no network address';
COMMENT ON COLUMN staff_sessions.id_token IS 'sealed: the ID token, which the provider wants back when the person signs out there';
COMMENT ON COLUMN staff_sessions.last_seen_at IS 'written at most once a minute';
COMMENT ON COLUMN staff_sessions.expires_at IS 'the absolute end; idling ends a session sooner';
COMMENT ON COLUMN staff_sessions.revoked_at IS 'signed out, replaced by a new sign-in, or ended by a colleague';

CREATE TABLE staff_sign_ins (
    id uuid PRIMARY KEY,
    session_family uuid NOT NULL,
    state_hash bytea NOT NULL UNIQUE CHECK (octet_length(state_hash) = 32),
    nonce_hash bytea NOT NULL CHECK (octet_length(nonce_hash) = 32),
    verifier bytea NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    return_to text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    consumed_at timestamptz
);
CREATE INDEX staff_sign_ins_by_end ON staff_sign_ins (expires_at);
COMMENT ON COLUMN staff_sign_ins.session_family IS 'the browser that began; another one cannot finish';
COMMENT ON COLUMN staff_sign_ins.state_hash IS 'the SHA-256 of the state that was sent';
COMMENT ON COLUMN staff_sign_ins.nonce_hash IS 'the SHA-256 of the nonce that was sent';
COMMENT ON COLUMN staff_sign_ins.verifier IS 'sealed: the PKCE code verifier';
COMMENT ON COLUMN staff_sign_ins.issuer IS 'the provider that it was begun with; a changed configuration does not finish it';
COMMENT ON COLUMN staff_sign_ins.client_id IS 'the client that it was begun as';
COMMENT ON COLUMN staff_sign_ins.return_to IS 'a path of ours below /support';
