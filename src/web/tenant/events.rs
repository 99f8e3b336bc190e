//! `/tenants/{tenant}/events`: a check as it runs, as server-sent events. One watcher looks for all
//! pages of a tenant, so that a hundred open pages cost the database what one does.

mod watchers;

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, timeout_at};

pub use self::watchers::Watchers;
use self::watchers::{Seat, Told};
use crate::web::actors::TenantAdministrator;
use crate::web::error::PageError;
use crate::web::problem::Problem;

/// A page that watches longer asks anew, and is asked anew who it is: browsers reconnect by themselves.
const LONGEST_WATCH: Duration = Duration::from_mins(1);

struct Listening {
    told: Receiver<Told>,
    until: Instant,
    /// Already said, or still to be said.
    is_fresh: bool,
    is_over: bool,
    _seat: Seat,
}

/// Ends with `event: finished` when no check is open any more: then the page is read anew.
pub(in crate::web) async fn events(
    TenantAdministrator {
        tenant, session, ..
    }: TenantAdministrator,
    State(watchers): State<Watchers>,
) -> Result<Response, PageError> {
    let seat = watchers.sit(session.family).ok_or_else(too_many)?;
    let listening = Listening {
        told: watchers.listen(tenant),
        until: Instant::now() + LONGEST_WATCH,
        is_fresh: true,
        is_over: false,
        _seat: seat,
    };
    let events = Sse::new(stream::unfold(listening, next)).keep_alive(KeepAlive::default());
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        // A proxy that collects an answer before it passes it on would hold the news back.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, events).into_response())
}

async fn next(mut listening: Listening) -> Option<(Result<Event, Infallible>, Listening)> {
    while !listening.is_over {
        if !std::mem::take(&mut listening.is_fresh) {
            let changed = timeout_at(listening.until, listening.told.changed()).await;
            // Its time is up, or the service stops.
            changed.ok()?.ok()?;
        }
        let told = listening.told.borrow_and_update().clone();
        let event = match told {
            Told::NothingYet => continue,
            Told::Progress { data, .. } => Event::default().event("progress").data(&*data),
            Told::Finished => {
                listening.is_over = true;
                Event::default().event("finished").data("{}")
            }
        };
        return Some((Ok(event), listening));
    }
    None
}

fn too_many() -> PageError {
    let problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "Too many pages watch this check",
        "This page is open in many tabs, and each watches the check. This one does not; it still shows what was found when you reload it.",
    )
    .step("Close some of the tabs, then reload this page.");
    PageError::Problem {
        problem: Box::new(Problem {
            retry_after: Some(5),
            ..problem
        }),
        cause: None,
    }
}
