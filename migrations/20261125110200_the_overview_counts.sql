-- What the operators' overview counts: refreshes by day, and what its other numbers are read from.
CREATE TABLE refresh_days (
    day date NOT NULL,
    outcome text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (day, outcome)
);
COMMENT ON COLUMN refresh_days.day IS 'in UTC';
COMMENT ON COLUMN refresh_days.outcome IS 'refreshed, or the code of the failure';
COMMENT ON COLUMN refresh_days.count IS 'written every few seconds by each replica, so up to as much late';

CREATE INDEX connections_by_state_and_reason ON connections (state, attention_reason);
CREATE INDEX onboarding_links_by_time ON onboarding_links (created_at) WHERE purpose = 'onboarding';
CREATE INDEX refreshes_failing ON refreshes (failure, failing_since) WHERE failure IS NOT NULL;
CREATE INDEX webhook_deliveries_waiting_by_endpoint ON webhook_deliveries (endpoint_id, attempts) WHERE state = 'waiting';
