-- A refresh can bring fewer scopes than the sign-in did: the live token's own scopes count.
ALTER TABLE token_sets ADD COLUMN scopes text[];
COMMENT ON COLUMN token_sets.scopes IS 'as the latest refresh named them; null while the authorization''s still count';
