//! What was typed, and what it leads to.

use grantway::domain::connection::{AttentionReason, ConnectionState};
use grantway::domain::failure::FailureKind;
use grantway::domain::grant_status::CategoryState;
use grantway::domain::look_up::{Filter, LookUpQuery};
use grantway::flows::LookUp;

use super::{ADA, index, invite, look_up, names};
use crate::support::staff::SAM;
use crate::support::{Browser, TestApp};

#[tokio::test]
async fn a_tenant_is_found_by_whatever_is_known_of_it() {
    let app = TestApp::start().await;
    let invited = invite(&app, "Globex Corporation", "globex").await;
    invite(&app, "Initech", "acme").await;
    let ada = app.browser();
    ada.connect(&app, &invited, "ada@globex.example")
        .await
        .assert_status(200);
    app.database
        .change(&format!(
            "UPDATE tenants SET external_id = 'CRM-4711' WHERE id = '{}'",
            invited.tenant
        ))
        .await;
    index(&app).await;
    let organization = app.org("globex").id();
    let host = app.org("globex").origin().replace("http://", "");
    for text in [
        "globex",
        "GLOB",
        "corp glo",
        "Globex Corporation",
        "crm-47",
        &organization,
        &organization[..8].to_lowercase(),
        &invited.client_id,
        &invited.client_id[..12],
        "ada@globex.example",
        "ada@glob",
        "globex.example",
        &invited.tenant.to_string(),
        &invited.connection.to_string()[..13],
        &host[..12],
        &format!("http://{host}/admin/apps"),
    ] {
        let found = names(&app, text).await;
        assert!(
            found.contains(&"Globex Corporation".to_owned()),
            "{text}: {found:?}"
        );
    }
}

#[tokio::test]
async fn a_whole_id_leads_to_its_tenant_alone_and_a_star_to_all_that_begin_so() {
    let app = TestApp::start().await;
    for (name, id) in [("One", "crm-100"), ("Ten", "crm-1000"), ("Two", "crm-200")] {
        let invited = invite(&app, name, "acme").await;
        app.database
            .change(&format!(
                "UPDATE tenants SET external_id = '{id}' WHERE id = '{}'",
                invited.tenant
            ))
            .await;
    }
    index(&app).await;

    let exact = look_up(&app, "CRM-100", Vec::new()).await;
    assert!(exact.is_exact);
    assert_eq!(exact.tenants.len(), 1);
    assert_eq!(exact.tenants[0].name, "One");
    let beginning = look_up(&app, "crm-100*", Vec::new()).await;
    assert!(!beginning.is_exact && !beginning.is_guess);
    assert_eq!(beginning.tenants.len(), 2);
    assert_eq!(names(&app, "crm-10").await.len(), 2);
    let filters = vec![Filter::State("connected".to_owned())];
    assert!(look_up(&app, "crm-100", filters).await.tenants.is_empty());
    let sam = app.staff_browser(SAM).await;
    let page = sam.get("/support?q=crm-100&state=pending").await;
    page.assert_has("Only who has exactly “crm-100”")
        .assert_has("\"/support?q=crm-100*&#38;state=pending\"");
}

#[tokio::test]
async fn a_mistyped_name_still_leads_there_and_is_told_to_be_a_guess() {
    let app = TestApp::start().await;
    invite(&app, "Globex Corporation", "globex").await;
    invite(&app, "Umbrella", "acme").await;
    index(&app).await;
    for text in [
        "glovex",
        "gloex",
        "globbex",
        "golbex",
        "gobex corp",
        "umbrela",
        "umbrlela",
    ] {
        let found = look_up(&app, text, Vec::new()).await;
        assert!(found.is_guess, "{text}");
        assert_eq!(found.tenants.len(), 1, "{text}: {:?}", found.tenants);
    }
    let nothing = look_up(&app, "hooli", Vec::new()).await;
    assert!(nothing.tenants.is_empty());
}

#[tokio::test]
async fn a_guess_says_when_filters_left_out_what_begins_so() {
    let app = TestApp::start().await;
    let ended = invite(&app, "Globex", "acme").await;
    invite(&app, "Globox", "acme").await;
    app.database
        .change(&format!(
            "UPDATE connections SET state = 'disconnected' WHERE tenant_id = '{}'",
            ended.tenant
        ))
        .await;
    index(&app).await;

    let sam = app.staff_browser(SAM).await;
    sam.get("/support?q=globex&state=pending")
        .await
        .assert_has("Globox")
        .assert_has("Nothing that the filters leave begins with “globex”.");
}

#[tokio::test]
async fn the_reference_of_an_error_page_leads_to_its_tenant() {
    let app = TestApp::start().await;
    let invited = invite(&app, "Acme", "acme").await;
    app.org("acme")
        .update_app(&invited.client_id, |app| app.everyone = false);
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let refused = browser.get(back.as_str()).await;
    let reference = refused.headers["x-request-id"].to_str().unwrap();
    index(&app).await;

    assert_eq!(names(&app, reference).await, ["Acme"]);
}

#[tokio::test]
async fn who_needs_help_most_comes_first_and_filters_cut_the_list_down() {
    let app = TestApp::start().await;
    let fine = invite(&app, "Fine Ltd", "acme").await;
    app.browser()
        .connect(&app, &fine, ADA)
        .await
        .assert_status(200);
    let broken = invite(&app, "Broken Ltd", "globex").await;
    app.browser()
        .connect(&app, &broken, "ada@globex.example")
        .await
        .assert_status(200);
    invite(&app, "Waiting Ltd", "acme").await;
    let dead =
        ConnectionState::NeedsAttention(AttentionReason::Failed(FailureKind::RefreshTokenDead));
    let (state, reason) = dead.to_columns();
    app.database
        .change(&format!(
            "UPDATE connections SET state = '{state}', attention_reason = '{}' WHERE tenant_id = '{}'",
            reason.unwrap(),
            broken.tenant
        ))
        .await;
    index(&app).await;

    assert_eq!(
        names(&app, "").await,
        ["Broken Ltd", "Waiting Ltd", "Fine Ltd"]
    );
    assert_eq!(
        names(&app, "ltd").await,
        ["Broken Ltd", "Waiting Ltd", "Fine Ltd"]
    );
    for (filters, expected) in [
        (
            vec![Filter::State("connected".to_owned())],
            vec!["Fine Ltd"],
        ),
        (
            vec![Filter::Reason("refresh_token_dead".to_owned())],
            vec!["Broken Ltd"],
        ),
        (
            vec![Filter::Category("users".to_owned(), CategoryState::Missing)],
            vec![],
        ),
        (
            vec![Filter::State("pending".to_owned())],
            vec!["Waiting Ltd"],
        ),
    ] {
        for text in ["", "ltd"] {
            let found = look_up(&app, text, filters.clone()).await;
            let found: Vec<_> = found
                .tenants
                .iter()
                .map(|tenant| tenant.name.as_str())
                .collect();
            assert_eq!(found, expected, "{text:?} {filters:?}");
        }
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_repetition() {
    let app = TestApp::start().await;
    let first = invite(&app, "Many 0", "acme").await;
    app.database
        .change(&many(120, &first.tenant.to_string()))
        .await;
    index(&app).await;
    for text in ["", "many"] {
        let (query, look_up) = (
            LookUpQuery::new(text, Vec::new()),
            LookUp::new(app.shared.clone()),
        );
        let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = look_up.search(&query, after).await.unwrap();
            pages += 1;
            seen.extend(page.tenants.iter().map(|tenant| tenant.name.clone()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((pages, seen.len()), (3, 121), "{text:?}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 121);
    }
}

#[tokio::test]
async fn a_name_of_words_that_everybody_has_leads_to_those_who_are_called_so() {
    let app = TestApp::start().await;
    let first = invite(&app, "Many Ltd", "acme").await;
    invite(&app, "Many Rare Ltd", "acme").await;
    app.database
        .change(
            &many(210, &first.tenant.to_string()).replace("'Many ' || n", "'Many ' || n || ' Ltd'"),
        )
        .await;
    index(&app).await;
    assert_eq!(names(&app, "many ltd").await, ["Many Ltd"]);
    assert_eq!(names(&app, "ltd rare").await, ["Many Rare Ltd"]);
    // Nobody is called so: then any of them may be meant.
    assert_eq!(names(&app, "ltd many").await.len(), 50);
}

/// More tenants like the first one, whose key nobody needs.
fn many(count: usize, like: &str) -> String {
    format!(
        "WITH made AS (
            INSERT INTO tenants (id, name, created_at) SELECT gen_random_uuid(), 'Many ' || n, now() FROM generate_series(1, {count}) n
            RETURNING id
         )
         INSERT INTO connections (id, tenant_id, kind, state, client_key, client_key_id, client_key_public, created_at)
         SELECT gen_random_uuid(), made.id, 'user', 'pending', c.client_key, c.client_key_id, c.client_key_public, now()
         FROM made, connections c WHERE c.tenant_id = '{like}'"
    )
}

#[tokio::test]
async fn what_was_typed_is_never_a_pattern_or_a_statement() {
    let app = TestApp::start().await;
    invite(&app, "100% Pure_Water", "acme").await;
    invite(&app, "100 Others", "globex").await;
    index(&app).await;
    assert_eq!(names(&app, "100%").await, ["100% Pure_Water"]);
    for text in ["%", "_", "\\", "' OR 1=1 --", "\u{202e}", "{}", "a\u{0}b"] {
        let found = names(&app, text).await;
        assert!(found.len() <= 2, "{text}");
    }
    assert_eq!(Browser::new(&app.url).get("/healthz").await.status, 200);
}
