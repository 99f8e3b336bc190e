//! The truth table: every scope of the catalog in every situation, by the real check.

mod expected;

use std::fmt::Write as _;
use std::time::Duration;

use fake_okta::{Edition, Effect, Fault, Options, OrgHandle, OrgSeed, Seed};
use grantway::flows::StatusView;

use self::expected::{CATEGORIES, Column, SCOPES, TABLE};
use super::world::{Connected, World, check_with};

/// What the organization of one column does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Situation {
    Works,
    RoleRefused,
    NothingToSee,
    NotGranted,
    ScopeRefused,
    OtherEdition,
    Unlicensed,
    RateLimited,
    TimedOut,
    Broken,
    TokenKindRefused,
}

#[derive(Default)]
struct Count {
    cells: usize,
    wrong: String,
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the counts are the result")]
async fn every_scope_and_category_has_its_state_in_every_situation() {
    let world = World::with(Options::new(organizations())).await;
    let mut scopes = Count::default();
    let mut categories = Count::default();
    let mut evidence = Count::default();
    for column in &TABLE {
        let view = state_of(&world, column).await;
        scopes.compare_scopes(column, &view);
        categories.compare_categories(column, &view);
        evidence.compare_evidence(column, &view);
    }
    for (what, count) in [
        ("scopes", &scopes),
        ("categories", &categories),
        ("evidence", &evidence),
    ] {
        let wrong = count.wrong.lines().count();
        println!("{what}: {} cells, {wrong} wrong", count.cells);
    }
    assert_eq!(scopes.wrong + &categories.wrong + &evidence.wrong, "");
    assert_eq!(scopes.cells, 25 * TABLE.len());
    assert_eq!(categories.cells, CATEGORIES.len() * TABLE.len());
}

fn organizations() -> Seed {
    let organizations = TABLE.iter().map(|column| OrgSeed {
        edition: match column.situation {
            Situation::OtherEdition => Edition::V1,
            _ => Edition::Idx,
        },
        ..OrgSeed::sample(column.name)
    });
    Seed {
        organizations: organizations.collect(),
    }
}

/// Connects a tenant, makes its organization behave, checks, and reads what the page would tell.
async fn state_of(world: &World, column: &Column) -> StatusView {
    let org = world.fake.org(column.name);
    let granted = match column.situation {
        Situation::NotGranted => vec!["openid".to_owned()],
        _ => world.catalog(),
    };
    let connected = world.connect(&org, &granted).await;
    arrange(&org, &connected, column.situation);
    let shared = match column.situation {
        Situation::TimedOut => world.waiting(Duration::from_millis(100)),
        _ => world.shared.clone(),
    };
    check_with(&shared, connected.tenant).await;
    if column.situation == Situation::NotGranted {
        let asked = org.requests().len();
        assert!(asked <= 1, "{asked} questions about what was never granted");
    }
    world.status(connected.tenant).await
}

fn arrange(org: &OrgHandle, connected: &Connected, situation: Situation) {
    for (_, _, path) in SCOPES {
        let path = path.replace("{client_id}", &connected.client_id);
        let on_path = |effect| {
            org.faults().add(Fault::on(&path, effect));
        };
        match situation {
            _ if path.is_empty() => {}
            Situation::Works | Situation::NotGranted | Situation::OtherEdition => {}
            Situation::RoleRefused => org.refuse_role(&path),
            Situation::NothingToSee => org.empty_for_role(&path),
            Situation::TokenKindRefused => org.refuse_token(&path),
            Situation::Unlicensed => org.unlicense(&path),
            Situation::ScopeRefused => on_path(insufficient_scope()),
            Situation::RateLimited => on_path(Effect::RateLimited {
                reset_in: 0,
                concurrency: false,
            }),
            Situation::TimedOut => on_path(Effect::Delay { ms: 60_000 }),
            Situation::Broken => on_path(Effect::ServerError),
        }
    }
}

/// An empty body: the reason is in the header only.
fn insufficient_scope() -> Effect {
    let challenge = "Bearer realm=\"acme\", error=\"insufficient_scope\", \
        error_description=\"The access token provided does not contain the required scopes.\"";
    Effect::Answer {
        status: 403,
        headers: vec![("www-authenticate".to_owned(), challenge.to_owned())],
        body: String::new(),
    }
}

impl Count {
    fn cell(&mut self, column: &Column, what: &str, found: &str, expected: &str) {
        self.cells += 1;
        if found != expected {
            writeln!(
                self.wrong,
                "{}, {what}: {found}, not {expected}",
                column.name
            )
            .unwrap();
        }
    }

    fn compare_scopes(&mut self, column: &Column, view: &StatusView) {
        for (_, scope, _) in SCOPES {
            let mut scopes = view.grants.scopes();
            let found = scopes.find(|status| status.scope().as_str() == scope);
            let found = found.map_or("not there", |status| status.state().code());
            self.cell(column, scope, found, column.of_scope(scope));
        }
        assert_eq!(view.grants.total(), SCOPES.len());
    }

    fn compare_categories(&mut self, column: &Column, view: &StatusView) {
        for category in CATEGORIES {
            let mut categories = view.grants.categories().iter();
            let found = categories.find(|status| status.category().id() == category);
            let found = found.map_or("not there", |status| status.state().code());
            self.cell(column, category, found, column.of_category(category));
        }
        assert_eq!(view.grants.categories().len(), CATEGORIES.len());
    }

    /// What was asked, and what Okta answered to it.
    fn compare_evidence(&mut self, column: &Column, view: &StatusView) {
        for (_, scope, path) in SCOPES {
            let mut scopes = view.grants.scopes();
            let status = scopes.find(|status| status.scope().as_str() == scope);
            let evidence = status.and_then(|status| status.evidence());
            let found = evidence.map_or("none".to_owned(), |evidence| {
                let endpoint = evidence.endpoint.split('?').next().unwrap_or_default();
                let status = evidence.status.unwrap_or_default();
                let code = evidence.code.as_deref().unwrap_or("-");
                let known = evidence.request_id.is_some();
                format!("{} {status} {code} {known}", shape(endpoint))
            });
            self.cell(column, scope, &found, &column.of_evidence(scope, path));
        }
    }
}

/// An endpoint with the app's id left out.
fn shape(endpoint: &str) -> String {
    match endpoint.strip_prefix("/api/v1/apps/0oa") {
        Some(_) => "/api/v1/apps/{client_id}/grants".to_owned(),
        None => endpoint.to_owned(),
    }
}
