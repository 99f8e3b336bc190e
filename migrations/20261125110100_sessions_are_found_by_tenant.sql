-- Staff see how many sessions of a tenant's count, and can end them all at once.
CREATE INDEX sessions_by_tenant ON sessions (tenant_id) WHERE tenant_id IS NOT NULL AND revoked_at IS NULL;
