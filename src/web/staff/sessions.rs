//! `/staff/sessions`: who of the staff is signed in, and ending that.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Redirect;

use super::{SupportUser, words};
use crate::domain::clock::SharedClock;
use crate::domain::id::StaffSessionId;
use crate::domain::staff::StaffRole;
use crate::flows::{LiveStaffSession, StaffSessions};
use crate::web::error::PageError;
use crate::web::pages::{StaffSessionRow, StaffSessions as Page, SupportPlace};
use crate::web::state::Site;
use crate::web::when::when;

pub(super) async fn list(
    State(site): State<Arc<Site>>,
    State(clock): State<SharedClock>,
    State(sessions): State<StaffSessions>,
    user: SupportUser,
) -> Result<Page, PageError> {
    let now = clock.now();
    let row = |live: LiveStaffSession| StaffSessionRow {
        is_this: live.id == user.session.id,
        may_end: live.member.id == user.member.id || user.member.role == StaffRole::Operator,
        id: live.id.to_string(),
        name: live.member.name,
        email: live.member.email,
        role: live.member.role.to_string(),
        browser: live.browser,
        since: when(live.since, now),
        last_seen: when(live.last_seen_at, now),
    };
    let live = sessions.list().await.map_err(words::page)?;
    Ok(Page {
        layout: site.layout("Staff sessions"),
        staff: user.frame(SupportPlace::Sessions),
        sessions: live.into_iter().map(row).collect(),
    })
}

/// `POST /staff/sessions/{session}/revoke`
pub(super) async fn revoke(
    State(sessions): State<StaffSessions>,
    user: SupportUser,
    Path(session): Path<StaffSessionId>,
) -> Result<Redirect, PageError> {
    let revoked = sessions.revoke(&user.member, session).await;
    revoked.map_err(words::page)?;
    Ok(Redirect::to("/staff/sessions"))
}
