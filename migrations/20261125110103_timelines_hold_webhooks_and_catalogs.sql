-- A tenant's timeline shows the webhooks about it, and each new version of the catalog.
CREATE INDEX webhook_lanes_by_tenant ON webhook_lanes (tenant_id);
CREATE INDEX webhook_deliveries_by_lane ON webhook_deliveries (lane_id);
CREATE INDEX audit_events_of_catalogs ON audit_events (at DESC, id DESC) WHERE tenant_id IS NULL AND action = 'catalog.changed';
