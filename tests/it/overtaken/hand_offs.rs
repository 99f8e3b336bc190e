//! A hand-off asks for one repair: attempts that were begun before its end count no more.

use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::id::{LinkId, PersonId};
use grantway::domain::onboarding_link::LinkPurpose;
use grantway::domain::overtaken::Overtaken;
use grantway::store::{NewLink, StoreError};

use super::{OLGA, answer_late, colleague, connected, hand_off, issued};
use crate::support::TestApp;

#[tokio::test]
async fn a_hand_off_is_done_once_however_many_attempts_were_begun() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let link = hand_off(&ada, &invited).await;
    let olga = colleague(&app, &link).await;
    let mut backs = Vec::new();
    for _ in 0..3 {
        let okta = olga.okta_address().await;
        backs.push(olga.sign_in_at_okta(&okta, OLGA).await);
    }

    let first = olga.get(backs[0].as_str()).await;
    first.assert_goes_to("/repair/done");
    let before = app.stored(&invited).await;
    for back in &backs[1..] {
        let late = olga.get(back.as_str()).await;
        late.assert_explains(409, "This is already done");
    }

    assert_eq!(app.stored(&invited).await, before);
    app.assert_living(1, "only the repair's own tokens live")
        .await;
    olga.get("/repair/done").await.assert_status(200);
}

#[tokio::test]
async fn of_two_attempts_at_once_one_does_it_and_the_other_is_told_so() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    let link = hand_off(&ada, &invited).await;
    let olga = colleague(&app, &link).await;
    let slow = olga.okta_address().await;
    let slow = olga.sign_in_at_okta(&slow, OLGA).await;
    let quick = olga.okta_address().await;
    let quick = olga.sign_in_at_okta(&quick, OLGA).await;
    let okta = app.org("acme");
    answer_late(&okta);

    let (slow, before) = tokio::join!(olga.get(slow.as_str()), async {
        issued(&okta).await;
        olga.get(quick.as_str())
            .await
            .assert_goes_to("/repair/done");
        app.stored(&invited).await
    });

    slow.assert_explains(409, "This is already done");
    assert_eq!(app.stored(&invited).await, before);
    app.assert_living(1, "only the quick one's tokens live")
        .await;
}

/// A hand-off that is asked for while the connection ends asks for nothing.
#[tokio::test]
async fn no_hand_off_is_made_for_a_connection_that_has_just_ended() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    let person: uuid::Uuid = sqlx::query_scalar("SELECT id FROM people")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    app.end_connection(&invited).await;
    let link = NewLink {
        id: LinkId::new(),
        token_hash: [7; 32],
        created_by: "a test".to_owned(),
        expires_at: app.shared.clock.now() + time::Duration::hours(1),
        purpose: LinkPurpose::Repair {
            asked_by: PersonId::from_uuid(person),
            reason: String::new(),
            by_staff: None,
        },
    };
    let event = AuditEvent::new(invited.tenant, Actor::CommandLine, Action::HandOffCreated);

    let now = app.shared.clock.now();
    let made = (app.shared.store)
        .create_link(invited.tenant, &link, &event, now)
        .await;

    assert!(matches!(
        made,
        Err(StoreError::Overtaken(Overtaken::Disconnected))
    ));
}
