//! Every page in every state that matters, for the tests below and for looking at.

mod catalog;
mod catalog_changes;
mod checks;
mod ending;
mod grants;
mod kit;
mod mending;
mod onboarding;
mod others;
mod overview;
mod people;
mod staff;
mod status;
mod support;
mod support_acts;
mod support_tenant;
mod truths;
mod which;

use crate::web::pages::{FieldProblem, Layout, SignedIn, When};

/// Every sample: its name, and the page as the browser gets it.
pub fn samples() -> Vec<(&'static str, String)> {
    let mut all = onboarding::samples();
    all.extend(which::samples());
    all.extend(status::samples());
    all.extend(checks::samples());
    all.extend(catalog_changes::samples());
    all.extend(mending::samples());
    all.extend(ending::samples());
    all.extend(others::samples());
    all.extend(overview::samples());
    all.extend(people::samples());
    all.extend(staff::samples());
    all.extend(support::samples());
    all.extend(support_acts::samples());
    all.extend(support_tenant::samples());
    all
}

fn layout(title: &str) -> Layout {
    Layout {
        vendor_name: "Northvault".into(),
        support_email: "support@northvault.example".into(),
        title: title.into(),
        assets_version: "sample".into(),
        signed_in: None,
    }
}

fn signed_in_layout(title: &str) -> Layout {
    let signed_in = SignedIn {
        name: "Ada Byron".into(),
        email: "ada.byron@acme.example".into(),
        organization_host: "acme.okta.com".into(),
    };
    Layout {
        signed_in: Some(signed_in),
        ..layout(title)
    }
}

fn when(relative: &str, exact: &str, iso: &str) -> When {
    When {
        relative: relative.into(),
        exact: exact.into(),
        iso: iso.into(),
    }
}

fn just_now() -> When {
    when(
        "2 minutes ago",
        "23 Nov 2026, 17:40 UTC",
        "2026-11-23T17:40:00Z",
    )
}

fn in_three_months() -> When {
    when(
        "in 89 days",
        "21 Feb 2027, 17:40 UTC",
        "2027-02-21T17:40:00Z",
    )
}

fn problem(what: &str, why: &str, fix: &str) -> FieldProblem {
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    FieldProblem {
        what: what.into(),
        why: said(why),
        fix: said(fix),
    }
}
