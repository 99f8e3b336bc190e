//! The onboarding, step by step.

use askama::Template;

use super::catalog::{CATALOG, access};
use super::{just_now, layout, problem, signed_in_layout, when};
use crate::web::pages::{
    AppField, AppInOkta, AppProblem, Begin, CategoryAsked, ClientAuth, ConnectedBefore,
    FoundOrganization, Journey, LinkProblem, LinkTrouble, Organization, Permissions, ScopeAsked,
    ScopeToGrant, SignIn, SignInPurpose, Step,
};

const HOST: &str = "acme.okta.com";

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("begin", begin(false, Step::Organization).render()),
        ("begin-pinned-resumed", begin(true, Step::App).render()),
        ("begin-again", begin_again().render()),
        ("begin-connected", begin_connected().render()),
        ("app-again", app_again().render()),
        ("organization", organization(false).render()),
        ("organization-wrong", organization_wrong().render()),
        ("organization-pinned", organization(true).render()),
        ("organization-found", organization_found().render()),
        ("permissions", permissions().render()),
        ("permissions-changed", permissions_changed().render()),
        ("app", app(Vec::new(), ClientAuth::PrivateKeyJwt).render()),
        (
            "app-problems",
            app(key_problems(), ClientAuth::PrivateKeyJwt).render(),
        ),
        (
            "app-secret-wrong",
            app(secret_problems(), ClientAuth::ClientSecretBasic).render(),
        ),
        ("sign-in", sign_in(SignInPurpose::Onboarding).render()),
        ("sign-in-verify", sign_in(SignInPurpose::Verify).render()),
        (
            "authorize-again",
            sign_in(SignInPurpose::AuthorizeAgain).render(),
        ),
        (
            "sign-in-returning",
            sign_in(SignInPurpose::Returning).render(),
        ),
        ("link-expired", link(LinkTrouble::Expired).render()),
        ("link-used", link(LinkTrouble::Used).render()),
        ("link-revoked", link(LinkTrouble::Revoked).render()),
        (
            "link-other-browser",
            link(LinkTrouble::OtherBrowser).render(),
        ),
        ("link-unknown", link(LinkTrouble::Unknown).render()),
        (
            "session-expired",
            link(LinkTrouble::SessionExpired).render(),
        ),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

fn journey(current: Step) -> Journey {
    Journey {
        link: "019a7c3e-5b1f-7d20-9e4b-0c1d2e3f4a5b".into(),
        vendor_account: "Acme Ltd".into(),
        organization: (current > Step::Organization).then(|| HOST.into()),
        current,
        reached: current,
    }
}

fn begin(started: bool, reached: Step) -> Begin {
    Begin {
        layout: layout("Before you begin"),
        journey: journey(reached),
        is_back: false,
        connected: None,
        started,
        link_expires: Some(when(
            "in 3 days",
            "26 Nov 2026, 17:40 UTC",
            "2026-11-26T17:40:00Z",
        )),
        categories: 13,
        permissions: 25,
    }
}

fn begin_again() -> Begin {
    Begin {
        is_back: true,
        ..begin(false, Step::App)
    }
}

fn begin_connected() -> Begin {
    Begin {
        connected: Some(ConnectedBefore {
            organization_host: HOST.into(),
            since: just_now(),
        }),
        ..begin(false, Step::Organization)
    }
}

fn app_again() -> AppInOkta {
    AppInOkta {
        is_known: true,
        client_id: "0oa8x1y2z3ABCDEFG5d7".into(),
        ..app(Vec::new(), ClientAuth::ClientSecretBasic)
    }
}

fn organization(pinned: bool) -> Organization {
    Organization {
        layout: layout("Your organization"),
        journey: journey(Step::Organization),
        pinned: pinned.then(|| HOST.into()),
        organization: String::new(),
        problem: None,
        reference: None,
        found: None,
    }
}

fn organization_wrong() -> Organization {
    Organization {
        organization: "acme.example.com".into(),
        problem: Some(problem(
            "acme.example.com is not an Okta address.",
            "Organizations have an address at okta.com, oktapreview.com or okta-emea.com, even when people sign in at a domain of their own.",
            "Open Okta's Admin Console. The address is under your name, top right.",
        )),
        reference: Some("01JDX7Q2M8F3".into()),
        ..organization(false)
    }
}

fn organization_found() -> Organization {
    let found = FoundOrganization {
        host: HOST.into(),
        id: "00o1a2b3c4D5E6F7g8h9".into(),
        edition: "Identity Engine".into(),
        corrections: vec!["You entered acme-admin.okta.com, the address of the Admin Console. The organization's own address has no -admin.".into()],
    };
    Organization {
        found: Some(found),
        ..organization(false)
    }
}

fn permissions_changed() -> Permissions {
    Permissions {
        has_changed: true,
        ..permissions()
    }
}

fn permissions() -> Permissions {
    let category = |&(id, name, summary, scopes): &super::catalog::Category| CategoryAsked {
        id: id.into(),
        name: name.into(),
        summary: summary.into(),
        scopes: scopes.iter().map(scope_asked).collect(),
    };
    Permissions {
        layout: layout("What is asked"),
        journey: journey(Step::Permissions),
        categories: CATALOG.iter().map(category).collect(),
        catalog_version: "5f1c9a2".into(),
        has_changed: false,
    }
}

fn scope_asked(&(id, name, why, without): &super::catalog::Scope) -> ScopeAsked {
    ScopeAsked {
        id: id.into(),
        name: name.into(),
        access: access(id),
        why: why.into(),
        without: without.into(),
    }
}

fn app(problems: Vec<AppProblem>, client_auth: ClientAuth) -> AppInOkta {
    let failed = !problems.is_empty();
    let connection = "0193a1c2-7b44-7c10-9a55-3f0e6d1b2c90";
    AppInOkta {
        layout: layout("The app in Okta"),
        journey: journey(Step::App),
        app_name: "Northvault".into(),
        redirect_uri: format!("https://connect.northvault.example/oauth/callback/{connection}"),
        jwks_url: format!("https://connect.northvault.example/oauth/jwks/{connection}"),
        scopes: CATALOG
            .iter()
            .flat_map(|c| c.3)
            .map(|s| ScopeToGrant {
                id: s.0.to_owned(),
                name: s.1.to_owned(),
            })
            .collect(),
        admin_console_url: Some("https://acme-admin.okta.com/admin/apps/active".into()),
        client_auth,
        client_id: if failed {
            "0oa8x1y2z3ABCDEFG5d7".into()
        } else {
            String::new()
        },
        is_known: false,
        secret_stored: false,
        problems,
        reference: failed.then(|| "7KQ4-M2XD".into()),
    }
}

fn key_problems() -> Vec<AppProblem> {
    let keys = problem(
        "Okta does not know our public key for this app.",
        "The app still uses a client secret, or the URL was entered but not saved.",
        "On the tab General, choose Public key / Private key, paste the URL below and press Save.",
    );
    let grants = problem(
        "The Refresh Token grant is not enabled.",
        "Okta leaves it off when it creates a web application.",
        "On the tab General, edit General Settings, tick Refresh Token and press Save.",
    );
    vec![
        AppProblem {
            field: AppField::GrantTypes,
            problem: grants,
        },
        AppProblem {
            field: AppField::Keys,
            problem: keys,
        },
    ]
}

fn secret_problems() -> Vec<AppProblem> {
    let wrong = problem(
        "Okta does not accept this client secret.",
        "It was cut off while copying, or a newer one was made since.",
        "Copy the active secret again and paste it here.",
    );
    vec![AppProblem {
        field: AppField::ClientSecret,
        problem: wrong,
    }]
}

fn sign_in(purpose: SignInPurpose) -> SignIn {
    let onboarding = purpose == SignInPurpose::Onboarding;
    let known = purpose != SignInPurpose::Returning;
    let signed_in = [SignInPurpose::AuthorizeAgain, SignInPurpose::Verify];
    let layout = if signed_in.contains(&purpose) {
        signed_in_layout
    } else {
        layout
    };
    SignIn {
        layout: layout("Sign in with Okta"),
        purpose,
        journey: onboarding.then(|| journey(Step::SignIn)),
        vendor_account: known.then(|| "Acme Ltd".into()),
        organization_host: HOST.into(),
        authorize_url:
            "https://acme.okta.com/oauth2/v1/authorize?client_id=0oa8x1y2z3ABCDEFG5d7&state=sample"
                .into(),
        expires: when(
            "in 10 minutes",
            "23 Nov 2026, 17:50 UTC",
            "2026-11-23T17:50:00Z",
        ),
        back_href: "/onboarding/app".into(),
        permissions: 25,
    }
}

fn link(trouble: LinkTrouble) -> LinkProblem {
    LinkProblem {
        layout: layout(trouble.heading()),
        trouble,
        since: Some(just_now()),
        reference: Some("7KQ4-M2XD".into()),
    }
}
