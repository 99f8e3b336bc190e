-- Whatever began before an end must not be stored after it. Both are compared with when a round trip began.
ALTER TABLE connections
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN sessions_ended_at timestamptz;
COMMENT ON COLUMN connections.ended_at IS 'when the connection was last disconnected; a sign-in that was begun before it stores nothing';
COMMENT ON COLUMN connections.sessions_ended_at IS 'when all sessions of the tenant were last ended; a sign-in that was begun before it opens none';
