//! The end of a connection, and the way back.

use askama::Template;

use super::catalog::CATALOG;
use super::kit::named;
use super::status::{full, verdict};
use super::{just_now, problem, signed_in_layout};
use crate::web::pages::{
    AppField, AppProblem, ClientAuth, ConnectAgain, ConsoleLink, Disconnect, Ended, Leftovers,
    PrimaryAction, RevocationNote, ScopeToGrant, TenantStatus, Tone,
};

const PATH: &str = "/tenants/0193a1c2-7b44-7c10-9a55-3f0e6d1b2c90";

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("disconnect", confirmation().render()),
        ("status-disconnected", disconnected(revoked()).render()),
        (
            "status-disconnected-pending",
            disconnected(pending()).render(),
        ),
        (
            "status-disconnected-refused",
            disconnected(refused()).render(),
        ),
        (
            "connect-again",
            connect(ClientAuth::PrivateKeyJwt, false).render(),
        ),
        (
            "connect-again-secret",
            connect(ClientAuth::ClientSecretBasic, false).render(),
        ),
        (
            "connect-again-problems",
            connect(ClientAuth::ClientSecretBasic, true).render(),
        ),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

fn leftovers() -> Leftovers {
    Leftovers {
        app: "0oa8x1y2z3ABCDEFG5d7".into(),
        link: Some(ConsoleLink {
            url: "https://acme-admin.okta.com/admin/app/oidc_client/instance/0oa8x1y2z3ABCDEFG5d7/"
                .into(),
            documented: false,
        }),
    }
}

fn confirmation() -> Disconnect {
    Disconnect {
        layout: signed_in_layout("Disconnect"),
        path: PATH.into(),
        vendor_account: "Acme Ltd".into(),
        organization_host: "acme.okta.com".into(),
        leftovers: leftovers(),
    }
}

fn note(tone: Tone, title: &str, what: &str) -> RevocationNote {
    RevocationNote {
        tone,
        title: title.into(),
        what: what.into(),
        steps: Vec::new(),
        okta_said: None,
        last_try: None,
    }
}

fn revoked() -> RevocationNote {
    note(
        Tone::Good,
        "Okta has confirmed that the tokens are revoked",
        "Northvault has no access any more, and holds no secret of this connection.",
    )
}

fn pending() -> RevocationNote {
    RevocationNote {
        last_try: Some(just_now()),
        ..note(
            Tone::Neutral,
            "Okta has not answered yet; we keep trying",
            "Northvault's programs are refused already.",
        )
    }
}

fn refused() -> RevocationNote {
    RevocationNote {
        steps: vec!["Set the app to Inactive.".into()],
        okta_said: Some("invalid_client: Invalid value for 'client_id' parameter.".into()),
        ..note(
            Tone::Warn,
            "The tokens could not be revoked",
            "Okta does not know this client ID. We destroyed our copies.",
        )
    }
}

fn disconnected(revocation: RevocationNote) -> TenantStatus {
    TenantStatus {
        verdict: verdict(
            Tone::Neutral,
            "Disconnected on 23 Nov 2026, 17:40 UTC by Ada Byron.",
            "Northvault has no access any more. What is shown below is history.",
        ),
        ended: true,
        primary: PrimaryAction::Continue {
            label: "Connect again".into(),
            href: format!("{PATH}/connect"),
        },
        disconnected: Some(Ended {
            revocation,
            leftovers: leftovers(),
        }),
        can_disconnect: false,
        ..full()
    }
}

fn connect(client_auth: ClientAuth, failed: bool) -> ConnectAgain {
    let scopes = CATALOG.iter().flat_map(|category| category.3);
    let problems = [
        (AppField::ClientSecret, "Enter the app's client secret."),
        (
            AppField::RedirectUri,
            "The app does not have our redirect address.",
        ),
    ];
    let problems = problems.map(|(field, what)| AppProblem {
        field,
        problem: problem(what, "", "Copy it from the app's tab General."),
    });
    ConnectAgain {
        catalog_version: "3f2a9c01be77".into(),
        layout: signed_in_layout("Connect again"),
        path: PATH.into(),
        vendor_account: "Acme Ltd".into(),
        organization_host: "acme.okta.com".into(),
        client_auth,
        client_id: "0oa8x1y2z3ABCDEFG5d7".into(),
        redirect_uri: "https://connect.northvault.example/oauth/callback/0193a1c2".into(),
        jwks_url: "https://connect.northvault.example/oauth/jwks/0193a1c2".into(),
        scopes: scopes
            .map(|scope| ScopeToGrant {
                id: scope.0.into(),
                name: scope.1.into(),
            })
            .collect(),
        admin_console_url: Some("https://acme-admin.okta.com/admin/apps/active".into()),
        wanted: vec![named("okta.devices.read")],
        problems: if failed {
            problems.to_vec()
        } else {
            Vec::new()
        },
        reference: failed.then(|| "7KQ4-M2XD".into()),
    }
}
