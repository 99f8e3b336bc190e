-- The overview counts what ends in each of the coming weeks, noticed or not: the index that was dropped
-- when the worker got its own.
CREATE INDEX support_index_by_end ON support_index (sign_in_ends_at) WHERE sign_in_ends_at IS NOT NULL;
