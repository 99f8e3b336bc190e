//! `/support/tenants/{tenant}/people`: who has access, for the vendor's support.

use std::sync::Arc;

use axum::extract::State;

use super::visitor::Visitor;
use crate::domain::staff::StaffRole;
use crate::flows::{People, Status};
use crate::web::error::PageError;
use crate::web::pages::SupportPeople;
use crate::web::state::Site;
use crate::web::tenant::people::row;

pub(super) async fn list(
    visitor: Visitor,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(people): State<People>,
) -> Result<SupportPeople, PageError> {
    let view = status.read(visitor.tenant).await?;
    let found = people.list(visitor.tenant).await?;
    let rows = found.iter().map(|one| row(one, view.now));
    Ok(SupportPeople {
        layout: site.layout("People with access"),
        staff: visitor.frame(),
        path: visitor.path(),
        may_remove: visitor.user.member.role >= StaffRole::Operator,
        people: rows.collect(),
        tenant_name: view.tenant_name,
    })
}
