-- Metrics tell how many connections are in which state; an index is counted without reading the rows.
CREATE INDEX connections_by_state ON connections (state);
