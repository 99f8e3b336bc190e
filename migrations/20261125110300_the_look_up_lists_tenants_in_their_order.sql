-- Programs list tenants by words and state, the latest first: a state's tenants in the order of their ids.
CREATE INDEX support_flags_by_id ON support_flags (flag, tenant_id);

-- The index's worker looks every second for sign-ins that end soon by now, or that have ended, and were
-- not noticed. Among a million tenants a hundred thousand end soon; these indexes leave out what was
-- noticed, so that nothing is read in vain.
CREATE INDEX support_index_to_end_soon ON support_index (sign_in_ends_at) WHERE NOT 'expiring' = ANY (flags);
CREATE INDEX support_index_to_end ON support_index (sign_in_ends_at) WHERE state = 'connected' OR 'expiring' = ANY (flags);
DROP INDEX support_index_by_end;
