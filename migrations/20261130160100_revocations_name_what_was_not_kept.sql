-- Tokens that came too late to be kept wait for their end here too; and where a secret does not open any
-- more, the row says that Okta could not be asked.
ALTER TABLE revocations
    DROP CONSTRAINT revocations_reason_check,
    DROP CONSTRAINT revocations_outcome_check,
    ADD CONSTRAINT revocations_reason_check CHECK (reason IN ('disconnected', 'replaced', 'unkept')),
    ADD CONSTRAINT revocations_outcome_check CHECK (outcome IN ('revoked', 'refused', 'expired', 'unreadable'));
COMMENT ON COLUMN revocations.reason IS 'disconnected: the connection was ended; replaced: somebody authorized again, and these tokens were the ones before; unkept: Okta issued them for something that had ended meanwhile';
COMMENT ON COLUMN revocations.outcome IS 'revoked: Okta has confirmed it; refused: Okta does not accept the app any more; expired: Okta never answered, and the token has ended by itself; unreadable: the token, or what proves the app, did not open, so Okta could not be asked';
