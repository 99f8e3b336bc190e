-- The hashes by which a mistyped word meets a tenant stand among the other terms, each a short range of
-- the same index: an index of arrays was read in full for every hash, however few tenants were wanted.
-- Every row is made anew, since no catalog has an empty version.
ALTER TABLE support_index DROP COLUMN near;
UPDATE support_index SET catalog_version = '';
COMMENT ON COLUMN support_terms.term IS
    'in small letters: a word of the name, a host, an id, an e-mail address; or ~ and a hash of a word with a letter left out';
