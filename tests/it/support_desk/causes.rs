//! The cause comes first, with the words to tell the customer, and the timeline holds what led to it.

use grantway::domain::connection::{AttentionReason, ConnectionState};
use grantway::domain::failure::FailureKind;

use super::{ADA, path_of, visitor};
use crate::support::TestApp;

#[tokio::test]
async fn each_reason_reads_as_one_sentence_with_words_for_the_customer() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let sam = visitor(&app, &invited).await;
    let own = [
        AttentionReason::SignInExpired,
        AttentionReason::NotSuperAdministrator,
        AttentionReason::NoRefreshToken,
    ];
    let lasting = FailureKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_passing());
    for reason in own.into_iter().chain(lasting.map(AttentionReason::Failed)) {
        app.fall_into(ConnectionState::NeedsAttention(reason)).await;

        let page = sam.get(&path_of(&invited)).await;

        page.assert_status(200)
            .assert_says("Needs attention")
            .assert_says("Tell the customer");
        let cause = between(&page.body, "<h1 id=\"cause\">", "</h1>");
        assert!(
            cause.len() > 12 && cause.ends_with('.'),
            "{reason:?}: {cause}"
        );
        assert!(
            !cause.contains("All 25 permissions are granted"),
            "{reason:?}: {cause}"
        );
        let tell = between(&page.body, "<p class=\"spoken\">", "</p>");
        assert!(tell.len() > 60, "{reason:?}: {tell}");
        let is_of_a_sign_in = matches!(
            reason,
            AttentionReason::Failed(
                FailureKind::CodeExpired
                    | FailureKind::CodeGrantDisabled
                    | FailureKind::RedirectAddressNotRegistered
                    | FailureKind::IdTokenRejected
                    | FailureKind::IdTokenTooLong
                    | FailureKind::OrganizationConflict
            )
        );
        assert!(
            is_of_a_sign_in || !tell.contains("othing was connected"),
            "{reason:?}: {tell}"
        );
        if let AttentionReason::Failed(_) = reason {
            page.assert_says("For you:");
        }
    }
}

#[tokio::test]
async fn what_passes_by_itself_is_told_as_such_while_nothing_can_be_read() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    app.advance(time::Duration::hours(2));
    let sam = visitor(&app, &invited).await;
    let mut causes = Vec::new();
    for kind in FailureKind::ALL
        .into_iter()
        .filter(|kind| kind.is_passing())
    {
        app.database
            .change(&format!(
                "UPDATE refreshes SET failure = '{kind}', failing_since = now() - interval '1 hour'"
            ))
            .await;

        let page = sam.get(&path_of(&invited)).await;

        page.assert_says("tried again by itself");
        causes.push(between(&page.body, "<h1 id=\"cause\">", "</h1>").to_owned());
    }
    causes.sort_unstable();
    causes.dedup();
    assert_eq!(
        causes.len(),
        5,
        "each has a sentence of its own: {causes:?}"
    );
}

#[tokio::test]
async fn a_check_that_got_nowhere_is_the_cause_where_nothing_else_is() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let sam = visitor(&app, &invited).await;
    for kind in FailureKind::ALL {
        app.database
            .change(&format!(
                "UPDATE checks SET finished_at = now(), outcome = 'failed', failure = '{kind}',
                        authorization_id = (SELECT id FROM authorizations)"
            ))
            .await;

        let page = sam.get(&path_of(&invited)).await;

        let cause = between(&page.body, "<h1 id=\"cause\">", "</h1>");
        assert!(
            cause.starts_with("The last check got nowhere"),
            "{kind}: {cause}"
        );
        let tell = between(&page.body, "<p class=\"spoken\">", "</p>");
        assert!(tell.lines().count() > 2, "{kind}: {tell}");
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0.trim()
}

#[tokio::test]
async fn a_refused_sign_in_is_told_with_oktas_words_and_the_reference_of_its_page() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.org("acme")
        .update_app(&invited.client_id, |app| app.everyone = false);
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let refused = browser.get(back.as_str()).await;
    let reference = refused.headers["x-request-id"].to_str().unwrap().to_owned();
    let sam = visitor(&app, &invited).await;

    let page = sam.get(&path_of(&invited)).await;

    page.assert_says("User is not assigned to the client application")
        .assert_says(&reference)
        .assert_says("Sign-in failed")
        .assert_says("Onboarding begun")
        .assert_says("Support looked");
}

#[tokio::test]
async fn the_timeline_is_cut_down_by_kind_and_read_page_by_page() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);
    let many = format!(
        "INSERT INTO audit_events (id, tenant_id, at, actor_kind, action)
         SELECT gen_random_uuid(), '{}', now() - n * interval '1 minute', 'service', 'check.requested' FROM generate_series(1, 120) n",
        invited.tenant
    );
    app.database.change(&many).await;
    let sam = visitor(&app, &invited).await;
    let path = path_of(&invited);

    let onboarding = sam.get(&format!("{path}?kind=onboarding")).await;
    onboarding.assert_says("Link opened");
    assert!(!onboarding.words().contains("Check asked for"));
    let (mut next, mut pages, mut rows) = (Some(format!("{path}?kind=tokens")), 0, 0);
    while let Some(address) = next {
        let page = sam.get(&address).await;
        rows += page.body.matches("Check asked for").count();
        next = page
            .link("before=")
            .filter(|link| link.contains("kind=tokens"));
        pages += 1;
        assert!(pages < 10);
    }
    assert_eq!((pages, rows), (3, 120));
    for nonsense in [
        "?kind=nothing",
        "?before=x",
        "?before=1.2.3",
        "?kind='&before=99999999999999999999.x",
        // Before PostgreSQL's time began, and as late as ours goes.
        "?before=-300000000000000000.00000000-0000-7000-8000-000000000000",
        "?before=253402300799000000.00000000-0000-7000-8000-000000000000",
    ] {
        sam.get(&format!("{path}{nonsense}"))
            .await
            .assert_status(200);
    }
    for forged in [
        "0.-300000000000000000.00000000-0000-7000-8000-000000000000",
        "-32768.253402300799000000.00000000-0000-7000-8000-000000000000",
        "0.9223372036854775807.00000000-0000-7000-8000-000000000000",
    ] {
        sam.get(&format!("/support?after={forged}"))
            .await
            .assert_status(200);
    }
}

#[tokio::test]
async fn who_never_came_is_told_to_open_the_link_and_who_stopped_where_they_stopped() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let sam = visitor(&app, &invited).await;
    sam.get(&path_of(&invited))
        .await
        .assert_says("Invited; nothing has happened since.")
        .assert_says("Please open the link");
    app.browser().walk_to_okta(&app, &invited).await;

    let page = sam.get(&path_of(&invited)).await;

    page.assert_says("The last step: sent to Okta to sign in.");
}
