//! `/tenants/{tenant}/events`: a check as it runs, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use serde::Serialize;
use tokio::time::Instant;

use crate::domain::catalog::Catalog;
use crate::domain::check_run::CheckProgress;
use crate::domain::id::TenantId;
use crate::flows::Checks;
use crate::web::actors::TenantAdministrator;
use crate::web::status_page::evidence;

/// How often a watching page is told of news. Each look is one small query.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// A page that watches longer asks anew: browsers reconnect by themselves.
const LONGEST_WATCH: Duration = Duration::from_mins(5);

/// The news of one look.
#[derive(Serialize)]
struct News {
    done: usize,
    total: usize,
    scopes: Vec<ScopeNews>,
}

/// One permission, as its row shows it.
#[derive(Serialize)]
struct ScopeNews {
    id: String,
    state: &'static str,
    word: &'static str,
    evidence: String,
}

struct Watch {
    checks: Checks,
    catalog: Arc<Catalog>,
    tenant: TenantId,
    until: Instant,
    told: Option<usize>,
    over: bool,
}

/// Ends with `event: finished` when no check is open any more: then the page is read anew.
pub(in crate::web) async fn events(
    TenantAdministrator { tenant, .. }: TenantAdministrator,
    State(checks): State<Checks>,
    State(catalog): State<Arc<Catalog>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watch = Watch {
        checks,
        catalog,
        tenant,
        until: Instant::now() + LONGEST_WATCH,
        told: None,
        over: false,
    };
    Sse::new(stream::unfold(watch, next)).keep_alive(KeepAlive::default())
}

async fn next(mut watch: Watch) -> Option<(Result<Event, Infallible>, Watch)> {
    while !watch.over && Instant::now() < watch.until {
        let event = match watch.checks.progress(watch.tenant).await {
            Ok((Some(progress), found)) if watch.told != Some(progress.done) => {
                watch.told = Some(progress.done);
                Event::default()
                    .event("progress")
                    .json_data(watch.news(progress, &found))
                    .ok()
            }
            Ok((None, _)) => {
                watch.over = true;
                Some(Event::default().event("finished").data("{}"))
            }
            // No news; or the database is away for a moment: the page waits, and asks again.
            Ok((Some(_), _)) | Err(_) => None,
        };
        if let Some(event) = event {
            return Some((Ok(event), watch));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    None
}

impl Watch {
    fn news(&self, progress: CheckProgress, found: &crate::flows::EvidenceByScope) -> News {
        let scopes = found.iter().map(|(scope, found)| {
            let state = evidence::state(found.finding);
            ScopeNews {
                id: scope.to_string(),
                state: state.css(),
                word: state.word(),
                evidence: evidence::sentence(found, self.catalog.find(scope)),
            }
        });
        News {
            done: progress.done,
            total: progress.total,
            scopes: scopes.collect(),
        }
    }
}
