-- Whoever presses "Check again" in a loop must not make calls at the customer's Okta in a loop. A replica
-- that does not know the column yet asks for checks without writing it: that only makes the pause shorter.
ALTER TABLE connections ADD COLUMN check_asked_at timestamptz;
COMMENT ON COLUMN connections.check_asked_at IS
    'When a person or a program last asked for a check and got one; the next may be asked for half a minute later.';
