-- Whoever loses a group loses it in every session: the latest word of the provider is kept, so that an
-- older answer that arrives later gives nothing back.
ALTER TABLE staff ADD COLUMN judged_at timestamptz;
COMMENT ON COLUMN staff.judged_at IS 'when the provider was asked for the latest word that is known about the person''s groups';
CREATE INDEX staff_sessions_by_person ON staff_sessions (staff_id) WHERE revoked_at IS NULL;
