-- A connection that was ended holds no secret: its key goes too, and another one is made when it is
-- needed again. What was sealed before must not open when it is put back after a new beginning.
ALTER TABLE connections ALTER COLUMN client_key DROP NOT NULL;
ALTER TABLE connections ADD COLUMN last_generation bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN connections.client_key IS 'sealed: the private half of the key that signs client assertions; null once the connection was ended, until it is needed again';
COMMENT ON COLUMN connections.last_generation IS 'the generation of the last token set before the connection was ended; the next one is higher';
