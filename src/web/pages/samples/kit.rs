//! Fix-it kits for the samples of the status page.

use super::catalog::CATALOG;
use crate::web::pages::{
    CategoryCard, Cause, ConsoleLink, GrantHere, Kit, NamedScope, OtherWays, PlaceInOkta,
    ScopeState, Who,
};

/// What is missing in `categories`, and nothing else.
pub fn kit(categories: &[CategoryCard]) -> Kit {
    let scopes = categories.iter().flat_map(|c| &c.scopes);
    let lacking = [ScopeState::Missing, ScopeState::Unrequested];
    let missing: Vec<NamedScope> = scopes
        .filter(|s| lacking.contains(&s.state))
        .map(|s| named(&s.id))
        .collect();
    let count = missing.len();
    Kit {
        todo: vec![grant_missing(missing)],
        rest: Vec::new(),
        duration: "about 2 minutes".into(),
        ways: Some(OtherWays {
            here: GrantHere::Offered {
                name: "Ada Byron".into(),
            },
            terraform: TERRAFORM.into(),
            curl: [CURL; 3].join("\n"),
            count,
        }),
    }
}

pub fn named(id: &str) -> NamedScope {
    let mut scopes = CATALOG.iter().flat_map(|(_, _, _, scopes)| *scopes);
    let name = scopes
        .find(|scope| scope.0 == id)
        .map_or(id, |scope| scope.1);
    NamedScope {
        id: id.into(),
        name: name.into(),
    }
}

pub fn app_scopes() -> PlaceInOkta {
    PlaceInOkta {
        menu: "Applications → Applications",
        app: Some(("0oa8x1y2z3ABCDEFG5d7".into(), "Okta API Scopes")),
        link: Some(ConsoleLink {
            url: "https://acme-admin.okta.com/admin/app/oidc_client/instance/0oa8x1y2z3ABCDEFG5d7/"
                .into(),
            documented: false,
        }),
    }
}

fn grant_missing(scopes: Vec<NamedScope>) -> Cause {
    let count = scopes.len();
    Cause {
        code: "grant_missing",
        css: "missing",
        who: Who::SuperAdministrator,
        title: format!("Grant {count} permissions to the app"),
        what: String::new(),
        place: Some(app_scopes()),
        steps: Vec::new(),
        list: format!("Press Grant on each of these {count}:"),
        scopes,
    }
}

pub fn role_too_weak(ids: &[&str]) -> Cause {
    Cause {
        code: "role_too_weak",
        css: "blocked",
        who: Who::SuperAdministrator,
        title: format!("{} permissions need a stronger administrator role", ids.len()),
        what: "Okta granted these to the app, but lets it do only what the person behind it may do, and Nora Example's role may not.".into(),
        place: Some(PlaceInOkta {
            menu: "Security → Administrators",
            app: None,
            link: Some(ConsoleLink {
                url: "https://acme-admin.okta.com".into(),
                documented: true,
            }),
        }),
        steps: vec![
            "Either a Super Administrator of the organization authorizes again here, with their own sign-in.".into(),
            "Or a Super Administrator gives Nora Example that role, in Security → Administrators, and Nora Example authorizes again.".into(),
        ],
        list: "Blocked by the role:".into(),
        scopes: ids.iter().map(|id| named(id)).collect(),
    }
}

pub fn authorize_only(ids: &[&str]) -> Cause {
    Cause {
        code: "authorize_only",
        css: "missing",
        who: Who::Administrator,
        title: format!("{} permissions were granted since the sign-in", ids.len()),
        what: "These were granted to the app after Ada Byron's sign-in, which does not have them yet. In the Admin Console there is nothing to do: only authorize again.".into(),
        place: None,
        steps: Vec::new(),
        list: "Waiting for a new sign-in:".into(),
        scopes: ids.iter().map(|id| named(id)).collect(),
    }
}

/// A cause that nobody at the organization can mend.
pub fn rest(
    code: &'static str,
    css: &'static str,
    who: Who,
    words: [&str; 2],
    ids: &[&str],
) -> Cause {
    Cause {
        code,
        css,
        who,
        title: words[0].into(),
        what: words[1].into(),
        place: None,
        steps: Vec::new(),
        list: String::new(),
        scopes: ids.iter().map(|id| named(id)).collect(),
    }
}

const CURL: &str = "curl --fail-with-body -sS -X POST 'https://acme.okta.com/api/v1/apps/0oa8x1y2z3ABCDEFG5d7/grants' -H \"Authorization: SSWS $OKTA_API_TOKEN\" -H 'Accept: application/json' -H 'Content-Type: application/json' -d '{\"issuer\":\"https://acme.okta.com\",\"scopeId\":\"okta.devices.read\"}'";

const TERRAFORM: &str = r#"# Grants to this app the Okta API scopes that are missing. Okta's provider lets one such resource own
# all of an app's scopes: after the first apply its state lists every granted scope. ignore_changes
# keeps later applies from revoking the scopes that are not listed here. Destroying the resource would
# revoke all of them: forget it instead, with terraform state rm okta_app_oauth_api_scope.grantway.
# If you manage this app's scopes with this resource already, add these to that one, and leave this out.
resource "okta_app_oauth_api_scope" "grantway" {
  app_id = "0oa8x1y2z3ABCDEFG5d7"
  issuer = "https://acme.okta.com"
  scopes = [
    "okta.appGrants.manage",
    "okta.roles.manage",
    "okta.devices.read",
  ]

  lifecycle {
    ignore_changes = [scopes]
  }
}
"#;
