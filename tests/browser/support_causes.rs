//! Whatever befell a connection, support reads the cause first, and what to tell the customer.

use fake_okta::{
    App as OktaApp, AuthMethod, Effect, Fault, OrgHandle, Person, PersonStatus, Role, Rotation,
};
use grantway::flows::{Endings, Refresh};
use time::Duration;

use crate::onboarding::{ADA, Scene};
use crate::support::app::Invited;
use crate::support::staff::SAM;

const EVE: &str = "eve@acme.example";

/// What befalls a connection that worked, and how the page says it.
struct Trouble {
    name: &'static str,
    befalls: fn(&OrgHandle, &str),
    /// The cause.
    sentence: &'static str,
    /// Part of what the customer is told.
    tell: &'static str,
}

fn of_app(org: &OrgHandle, client_id: &str, change: impl FnOnce(&mut OktaApp)) {
    org.update_app(client_id, change);
}

fn token_answers(org: &OrgHandle, effect: Effect) {
    org.faults().add(Fault::on_token(effect).once());
}

/// The first one is in an app that renews its refresh tokens.
const TROUBLES: [Trouble; 8] = [
    Trouble {
        name: "Reused Ltd",
        befalls: |org, _| token_answers(org, Effect::Cut { after: 30 }),
        sentence: "Okta ended this connection for its safety.",
        tell: "presses Authorize again",
    },
    Trouble {
        name: "App Gone Ltd",
        befalls: |org, client_id| org.deactivate_app(client_id),
        sentence: "The app is gone from Okta, or inactive.",
        tell: "activate the app again",
    },
    Trouble {
        name: "Secret Wrong Ltd",
        befalls: |org, client_id| {
            org.rotate_client_secret(client_id);
        },
        sentence: "Okta no longer accepts the app's client secret.",
        tell: "General → Client Credentials",
    },
    Trouble {
        name: "Revoked Ltd",
        befalls: |org, _| org.set_status(EVE, PersonStatus::Deactivated),
        sentence: "The sign-in behind this connection has ended.",
        tell: "presses Authorize again",
    },
    Trouble {
        name: "Grant Off Ltd",
        befalls: |org, client_id| {
            of_app(org, client_id, |app| {
                app.grant_types.retain(|grant| grant != "refresh_token");
            });
        },
        sentence: "The app may no longer stay connected.",
        tell: "tick Refresh Token beside Authorization Code",
    },
    Trouble {
        name: "Zone Ltd",
        befalls: |org, client_id| of_app(org, client_id, |app| app.network_zone_restricted = true),
        sentence: "The app accepts requests only from certain networks.",
        tell: "Security → Networks",
    },
    Trouble {
        name: "Unreachable Ltd",
        befalls: |org, _| token_answers(org, Effect::Cut { after: 0 }),
        sentence: "Okta cannot be reached.",
        tell: "tried again by itself",
    },
    Trouble {
        name: "Limited Ltd",
        befalls: |org, _| {
            token_answers(
                org,
                Effect::RateLimited {
                    reset_in: 60,
                    concurrency: false,
                },
            );
        },
        sentence: "Okta asks us to slow down.",
        tell: "tried again by itself",
    },
];

/// Connects a customer of this name to `acme`.
async fn connect(scene: &Scene, name: &str, login: &str, missing: &[&str]) -> Invited {
    let mut scopes = scene.app.catalog();
    scopes.retain(|scope| !missing.contains(&scope.as_str()));
    let method = AuthMethod::ClientSecretBasic;
    let invited = scene.app.invite_named(name, "acme", method, &scopes).await;
    if name == TROUBLES[0].name {
        let rotating = Rotation::Rotate { leeway: 30 };
        of_app(&scene.app.org("acme"), &invited.client_id, |app| {
            app.rotation = rotating;
        });
    }
    let browser = scene.app.browser();
    let page = browser.connect(&scene.app, &invited, login).await;
    page.assert_status(200);
    invited
}

/// Asks for a token of one customer's, which Okta will not give.
async fn fail(scene: &Scene, invited: &Invited) {
    let refresh = Refresh::new(scene.app.shared.clone());
    let answer = refresh.token(invited.tenant).await;
    assert!(answer.is_err(), "{answer:?}");
}

#[tokio::test]
async fn each_failure_of_a_connection_is_one_sentence_with_words_for_the_customer() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let org = scene.app.org("acme");
    org.set_person(Person::new(EVE, Role::SuperAdmin));
    let mut troubled = Vec::new();
    for trouble in TROUBLES {
        let login = if trouble.name == "Revoked Ltd" {
            EVE
        } else {
            ADA
        };
        troubled.push((connect(&scene, trouble.name, login, &[]).await, trouble));
    }
    scene.app.advance(Duration::hours(2));
    for (invited, trouble) in &troubled {
        (trouble.befalls)(&org, &invited.client_id);
        fail(&scene, invited).await;
        if trouble.name == "Reused Ltd" {
            scene.app.advance(Duration::seconds(40));
            fail(&scene, invited).await;
        }
    }
    scene.index().await;
    let sam = scene.staff(SAM).await;
    let found = sam.found().await;
    let first = found.first().map(String::as_str);
    assert_eq!(first, Some(TROUBLES[0].name), "since longest: {found:?}");
    sam.assert_says("Cannot be renewed at the moment").await;
    sam.assert_silent_about("Works;").await;
    sam.show("support-list").await;

    for (invited, trouble) in &troubled {
        sam.visit(invited).await;

        assert_eq!(sam.cause().await, trouble.sentence, "{}", trouble.name);
        let told = sam.tell().await;
        assert!(told.contains(trouble.tell), "{}: {told}", trouble.name);
    }
    sam.close().await;
    scene.end().await;
}

#[tokio::test]
async fn what_is_missing_or_too_weak_is_named_with_what_to_do() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let scope = connect(&scene, "Cedar & Sons", ADA, &["okta.devices.read"]).await;
    let role = connect(&scene, "Role Ltd", "oscar@acme.example", &[]).await;
    let sam = scene.staff(SAM).await;

    sam.visit(&scope).await;
    let cause = sam.cause().await;
    assert!(
        cause.contains("24 of 25 permissions are granted."),
        "{cause}"
    );
    let told = sam.tell().await;
    assert!(
        told.contains("the app → Okta API Scopes): okta.devices.read"),
        "{told}"
    );
    let page = format!("{}/tenants/{}", scene.app.url, scope.tenant);
    assert!(told.ends_with(&page), "{told}");
    sam.find_text("Devices Missing").await;
    sam.show("support-tenant-scope-missing").await;
    sam.photograph_for_the_readme("support-tenant.png").await;

    sam.visit(&role).await;
    assert_eq!(
        sam.cause().await,
        "This sign-in is too weak for what is granted."
    );
    let told = sam.tell().await;
    assert!(told.contains("A Super Administrator signs in"), "{told}");
    sam.show("support-tenant-needs-attention").await;
    sam.close().await;
    scene.end().await;
}

#[tokio::test]
async fn a_sign_in_that_okta_ended_after_its_90_days_says_so() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = connect(&scene, "Ended Ltd", ADA, &[]).await;
    scene.app.advance(Duration::days(90));
    let endings = Endings::new(scene.app.shared.clone());
    assert_eq!(endings.sweep().await.unwrap(), 1);
    scene.index().await;
    let sam = scene.staff(SAM).await;
    sam.assert_says("The sign-in ended after Okta's 90 days")
        .await;

    sam.visit(&invited).await;

    let cause = sam.cause().await;
    assert!(
        cause.starts_with("The sign-in behind this connection has ended"),
        "{cause}"
    );
    let told = sam.tell().await;
    assert!(
        told.contains("One sign-in by a Super Administrator"),
        "{told}"
    );
    sam.close().await;
    scene.end().await;
}
