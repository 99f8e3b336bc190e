//! `GET /support/tenants/{tenant}/bundle.json`: what somebody who mends things needs to know, to attach to
//! a ticket. Only what is listed here gets in: a field that is added elsewhere stays out.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use super::visitor::Visitor;
use crate::domain::catalog::Catalog;
use crate::flows::{Happening, Status, Support, TimelinePlace};
use crate::web::error::PageError;
use crate::web::status_json::{StatusJson, written};

/// The most happenings that a bundle holds.
const HAPPENINGS: usize = 200;

/// Facts of a happening that may leave: ids, codes, Okta's own words, numbers.
const FACTS: [&str; 39] = [
    "added",
    "attempts",
    "catalog",
    "cause",
    "changes",
    "description",
    "disabled",
    "ended",
    "endpoint",
    "error",
    "failure",
    "generation",
    "granted",
    "id",
    "link",
    "links",
    "next_try",
    "okta_request",
    "organization",
    "outcome",
    "previous",
    "problem",
    "purpose",
    "reason",
    "reference",
    "refused",
    "removed",
    "role",
    "scopes",
    "sessions",
    "since",
    "source",
    "status",
    "super_administrator",
    "times",
    "trigger",
    "type",
    "version",
    "state",
];

#[derive(Debug, Serialize)]
struct Bundle {
    made_at: String,
    versions: Versions,
    status: StatusJson,
    timeline: Vec<BundledHappening>,
}

#[derive(Debug, Serialize)]
struct Versions {
    grantway: &'static str,
    catalog: String,
}

#[derive(Debug, Serialize)]
struct BundledHappening {
    at: String,
    action: String,
    actor: String,
    facts: Map<String, Value>,
}

pub(super) async fn show(
    visitor: Visitor,
    State(catalog): State<Arc<Catalog>>,
    State(status): State<Status>,
    State(support): State<Support>,
) -> Result<Response, PageError> {
    let tenant = visitor.tenant;
    let view = status.read(tenant).await?;
    let bundle = Bundle {
        made_at: written(view.now),
        versions: Versions {
            grantway: env!("CARGO_PKG_VERSION"),
            catalog: catalog.version().to_owned(),
        },
        status: StatusJson::of(tenant, &catalog, &view),
        timeline: timeline(&support, tenant).await?,
    };
    let name = format!("attachment; filename=\"grantway-{tenant}.json\"");
    Ok(([(header::CONTENT_DISPOSITION, name)], Json(bundle)).into_response())
}

async fn timeline(
    support: &Support,
    tenant: crate::domain::id::TenantId,
) -> Result<Vec<BundledHappening>, PageError> {
    let (mut all, mut before): (Vec<_>, Option<TimelinePlace>) = (Vec::new(), None);
    while all.len() < HAPPENINGS {
        let page = support.timeline(tenant, before, &[""]).await?;
        all.extend(page.happenings.iter().map(bundled));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    all.truncate(HAPPENINGS);
    Ok(all)
}

/// Names of people stay out: a ticket goes further than this page.
fn bundled(happening: &Happening) -> BundledHappening {
    let facts = happening.detail.as_object().into_iter().flatten();
    let allowed = facts.filter(|(name, _)| FACTS.contains(&name.as_str()));
    BundledHappening {
        at: written(happening.at),
        action: happening.action.clone(),
        actor: happening.actor_kind.clone(),
        facts: allowed
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_listed_facts_and_no_names_get_into_a_bundle() {
        let happening = Happening {
            id: Uuid::nil(),
            at: OffsetDateTime::UNIX_EPOCH,
            action: "authorization.failed".to_owned(),
            actor_kind: "administrator".to_owned(),
            actor_name: Some("Ada Byron".to_owned()),
            detail: json!({ "cause": "denied", "email": "ada@acme.example", "token": "t", "okta_user": "00u1" }),
        };

        let text = serde_json::to_string(&bundled(&happening)).expect("JSON");

        assert!(text.contains("\"cause\":\"denied\""));
        for kept_out in ["Ada", "ada@", "\"t\"", "00u1"] {
            assert!(!text.contains(kept_out), "{text}");
        }
    }
}
