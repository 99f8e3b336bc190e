-- Staff can ask a colleague of the administrator's for a repair, too.
ALTER TABLE onboarding_links
    ADD COLUMN asked_by_staff uuid REFERENCES staff (id),
    ADD CHECK (asked_by_staff IS NULL OR purpose = 'repair');
COMMENT ON COLUMN onboarding_links.asked_by_staff IS 'staff ask by themselves; asked_by then is the administrator whose connection it is';
