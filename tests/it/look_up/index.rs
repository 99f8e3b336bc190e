//! The index follows the facts, also those that only time changes.

use fake_okta::{Effect, Fault};
use grantway::domain::look_up::{Filter, Urgency};
use grantway::flows::{LookUpIndex, Refresh};
use time::Duration;

use super::{ADA, index, invite, look_up, names};
use crate::support::{Settings, TestApp};

#[tokio::test]
async fn a_change_is_found_after_one_look_and_nothing_is_done_twice() {
    let app = TestApp::start().await;
    let invited = invite(&app, "Before", "acme").await;
    index(&app).await;
    assert_eq!(names(&app, "before").await.len(), 1);
    app.database
        .change(&format!(
            "UPDATE tenants SET name = 'After' WHERE id = '{}'",
            invited.tenant
        ))
        .await;

    let done = LookUpIndex::new(app.shared.clone()).step().await.unwrap();

    assert_eq!(done, 1);
    assert_eq!(names(&app, "after").await, ["After"]);
    assert!(names(&app, "before").await.is_empty());
    assert_eq!(
        LookUpIndex::new(app.shared.clone()).step().await.unwrap(),
        0
    );
    assert_eq!(app.database.count("support_changes").await, 0);
}

#[tokio::test]
async fn a_sign_in_that_ends_soon_or_has_ended_is_listed_so_by_itself() {
    let app = TestApp::start().await;
    let invited = invite(&app, "Acme", "acme").await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    index(&app).await;
    let expiring = || async {
        look_up(&app, "", vec![Filter::Expiring])
            .await
            .tenants
            .len()
    };
    assert_eq!(expiring().await, 0);

    app.advance(Duration::days(80));
    index(&app).await;
    assert_eq!(expiring().await, 1);

    app.advance(Duration::days(11));
    index(&app).await;
    assert_eq!(expiring().await, 0);
    let ended = Filter::Reason("sign_in_expired".to_owned());
    assert_eq!(look_up(&app, "", vec![ended]).await.tenants.len(), 1);
}

#[tokio::test]
async fn another_catalog_makes_the_index_anew() {
    let mut app = TestApp::start().await;
    invite(&app, "Acme", "acme").await;
    index(&app).await;
    let total = || async { look_up(&app, "acme", Vec::new()).await.tenants[0].total };
    assert_eq!(total().await, 25);
    let smaller = Settings {
        not_asked_yet: &["okta.captchas.manage"],
        ..Settings::default()
    };
    app.release(smaller).await;

    index(&app).await;

    assert_eq!(look_up(&app, "acme", Vec::new()).await.tenants[0].total, 24);
}

#[tokio::test]
async fn two_replicas_that_index_at_once_leave_the_newest_facts() {
    let app = TestApp::start().await;
    let invited = invite(&app, "Name 0", "acme").await;
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let index = LookUpIndex::new(app.shared.clone());
        workers.spawn(async move {
            for _ in 0..40 {
                index.step().await.unwrap();
            }
        });
    }
    for number in 1..=20 {
        let change = format!(
            "UPDATE tenants SET name = 'Name {number}' WHERE id = '{}'",
            invited.tenant
        );
        app.database.change(&change).await;
    }
    while let Some(done) = workers.join_next().await {
        done.unwrap();
    }
    index(&app).await;

    assert_eq!(names(&app, "name").await, ["Name 20"]);
}

#[tokio::test]
async fn who_cannot_be_renewed_needs_help_first_until_it_goes_on() {
    let app = TestApp::start().await;
    let stalled = invite(&app, "Stalled", "acme").await;
    app.browser()
        .connect(&app, &stalled, ADA)
        .await
        .assert_status(200);
    let refresh = Refresh::new(app.shared.clone());
    app.advance(Duration::hours(2));
    let cut = Fault::on_token(Effect::Cut { after: 0 }).once();
    app.org("acme").faults().add(cut);
    assert!(refresh.token(stalled.tenant).await.is_err());
    index(&app).await;
    let urgency = || async { look_up(&app, "stalled", Vec::new()).await.tenants[0].urgency };

    assert_eq!(urgency().await, Urgency::Broken.number());

    app.advance(Duration::minutes(10));
    refresh.token(stalled.tenant).await.unwrap();
    index(&app).await;
    assert_eq!(urgency().await, Urgency::Fine.number());
    app.advance(Duration::hours(2));
    refresh.token(stalled.tenant).await.unwrap();
    let noted = app.database.count("support_changes").await;
    assert_eq!(noted, 0, "what goes well is not looked at anew");
}
