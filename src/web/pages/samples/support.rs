//! The look-up in every state, and the small pages around a visit.

use askama::Template;

use super::support_tenant::PATH;
use super::{in_three_months, just_now, layout};
use crate::web::pages::{
    FilterOption, LookUpPage, LookUpRow, StaffFrame, SupportLink, SupportPlace, VisitPage, When,
};

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("support-visit", visit("").render()),
        (
            "support-visit-empty",
            visit("Say why, in a few words.").render(),
        ),
        ("support-link", link().render()),
        ("support-nobody-yet", empty().render()),
        ("support-list", list().render()),
        ("support-found", found().render()),
        ("support-exact", exact().render()),
        ("support-guessed", guessed().render()),
        ("support-not-found", not_found().render()),
        ("support-filtered-away", filtered_away().render()),
        ("support-long-names", long_names().render()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

pub(super) fn frame(is_operator: bool, place: SupportPlace) -> StaffFrame {
    let (name, role) = if is_operator {
        ("Olga Ferreira", "operator")
    } else {
        ("Sam Okonkwo", "support")
    };
    StaffFrame {
        name: name.into(),
        email: format!("{}@northvault.example", &name[..4].trim().to_lowercase()),
        role: role.into(),
        is_operator,
        place,
    }
}

pub(super) fn ago(relative: &str) -> When {
    When {
        relative: relative.into(),
        ..just_now()
    }
}

fn options(choices: &[(&str, &str)], chosen: &str) -> Vec<FilterOption> {
    let option = |&(value, label): &(&str, &str)| FilterOption {
        value: value.into(),
        label: label.into(),
        chosen: value == chosen,
    };
    choices.iter().map(option).collect()
}

/// Nothing typed and nobody there.
fn empty() -> LookUpPage {
    LookUpPage {
        layout: layout("Find a customer"),
        staff: frame(false, SupportPlace::LookUp),
        typed: String::new(),
        states: states(""),
        reasons: reasons(""),
        categories: options(&[("", "Any category"), ("admin-roles", "Admin Roles")], ""),
        category_states: options(
            &[("missing", "missing"), ("blocked", "blocked by role")],
            "missing",
        ),
        expiring: false,
        rows: Vec::new(),
        is_guess: false,
        begins_href: None,
        next_href: None,
        summary: "No customers yet".into(),
    }
}

fn states(chosen: &str) -> Vec<FilterOption> {
    let choices = [
        ("", "Any state"),
        ("needs_attention", "Needs attention"),
        ("connected", "Connected"),
    ];
    options(&choices, chosen)
}

fn reasons(chosen: &str) -> Vec<FilterOption> {
    let choices = [
        ("", "Any reason"),
        (
            "refresh_token_grant_disabled",
            "The app's Refresh Token grant is not enabled",
        ),
    ];
    options(&choices, chosen)
}

fn row(name: &str, tone: &'static str, state: &'static str, reason: &str) -> LookUpRow {
    let was_connected = !matches!(state, "Not connected yet" | "Disconnected");
    LookUpRow {
        href: "/support/tenants/0193a1c2-7b44-7c10-9a55-3f0e6d1b2c90".into(),
        name: name.into(),
        host: was_connected.then(|| "acme.okta.com".into()),
        external_id: Some("CRM-4711".into()),
        tone,
        state,
        reason: reason.into(),
        joint: ", ",
        since: ago("3 hours ago"),
        permissions: was_connected.then(|| "23 of 25 work".into()),
        ends: was_connected.then(in_three_months),
    }
}

/// One of every tone, and a next page.
fn list() -> LookUpPage {
    LookUpPage {
        rows: vec![
            row(
                "Acme Ltd",
                "bad",
                "Needs attention",
                "The app is gone, or not active",
            ),
            row(
                "Harbor Light",
                "bad",
                "Not connected yet",
                "The latest sign-in failed",
            ),
            row(
                "Cedar & Sons",
                "warn",
                "Connected",
                "Some permissions are missing or do not work",
            ),
            row(
                "Blue Ridge",
                "warn",
                "On hold",
                "Waits for activation by an operator",
            ),
            row(
                "Papermill",
                "warn",
                "Connected",
                "Works; the sign-in ends soon",
            ),
            row("Nordlys AS", "neutral", "Not connected yet", "Invited"),
            row("Globex", "good", "Connected", "Works"),
            row(
                "Old Mill",
                "neutral",
                "Disconnected",
                "Disconnected on purpose",
            ),
        ],
        next_href: Some("/support?after=5.1.x".into()),
        summary: "Who needs help most".into(),
        ..empty()
    }
}

fn found() -> LookUpPage {
    LookUpPage {
        typed: "acme".into(),
        rows: vec![row("Acme Ltd", "good", "Connected", "Works")],
        summary: "1 customer".into(),
        ..empty()
    }
}

fn exact() -> LookUpPage {
    LookUpPage {
        typed: "crm-4711".into(),
        begins_href: Some("/support?q=crm-4711*".into()),
        ..found()
    }
}

fn guessed() -> LookUpPage {
    LookUpPage {
        typed: "acmee".into(),
        is_guess: true,
        summary: "Did you mean this customer?".into(),
        ..found()
    }
}

fn not_found() -> LookUpPage {
    LookUpPage {
        typed: "<script>hooli</script>".into(),
        summary: "No customer found".into(),
        ..empty()
    }
}

fn filtered_away() -> LookUpPage {
    LookUpPage {
        states: states("connected"),
        reasons: reasons("refresh_token_grant_disabled"),
        expiring: true,
        summary: "No customer found".into(),
        ..empty()
    }
}

/// What names do to a list: long ones, without a space, from right to left, in other scripts, hostile.
fn long_names() -> LookUpPage {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH & Co. KG";
    let names = [
        long,
        "شركة الاتصالات المتحدة",
        "株式会社北海道データセンターサービス",
        "भारतीय प्रौद्योगिकी संस्थान",
        "<b>Bold</b> \u{202e}gnp.exe",
        "a",
    ];
    let rows = names.map(|name| LookUpRow {
        host: Some("an-organization-with-a-very-long-name-indeed-preview.oktapreview.com".into()),
        external_id: Some("https://crm.example/accounts/0013000001XyZaBAAV-emea-strategic".into()),
        ..row(
            name,
            "bad",
            "Needs attention",
            "Okta's address could not be reached from here, or answered too late",
        )
    });
    LookUpPage {
        staff: StaffFrame {
            name: "Wolfeschlegelsteinhausenbergerdorff Featherstonehaugh-Cholmondeley".into(),
            ..frame(true, SupportPlace::LookUp)
        },
        typed: long.into(),
        rows: rows.into(),
        summary: "6 customers, those that need help most first".into(),
        ..empty()
    }
}

fn visit(problem: &str) -> VisitPage {
    VisitPage {
        layout: layout("Why are you looking?"),
        staff: frame(false, SupportPlace::LookUp),
        path: PATH.into(),
        tenant_name: "Acme Ltd".into(),
        problem: (!problem.is_empty()).then(|| problem.into()),
    }
}

fn link() -> SupportLink {
    SupportLink {
        layout: layout("A new link"),
        staff: frame(false, SupportPlace::LookUp),
        path: PATH.into(),
        tenant_name: "Acme Ltd".into(),
        heading: "A new link for Acme Ltd".into(),
        lead: "It is shown this once. Send it to a Super Administrator of the customer's organization, and to nobody else.".into(),
        url: "https://connect.northvault.example/onboard/3q2-7wQxYh0".into(),
        expires: in_three_months(),
        text: "Hello,\n\nThis link connects your Okta organization acme.okta.com to the Northvault account of Acme Ltd:\n\nhttps://connect.northvault.example/onboard/3q2-7wQxYh0\n\nIt works until 21 Feb 2027, 17:40 UTC.\n\nThe support of Northvault".into(),
        earlier: "Earlier links of this customer go on working until they end.".into(),
    }
}
