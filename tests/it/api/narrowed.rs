//! The list of tenants, narrowed by words and by state.

use grantway::domain::api_key::ApiRole;
use time::Duration;

use super::caller::Caller;
use crate::look_up::index;
use crate::support::TestApp;

/// The ids on the first page.
async fn find(caller: &Caller, query: &str) -> Vec<String> {
    let page = caller.get(&format!("/tenants?{query}")).await;
    let page = page.assert_status(200).json();
    let tenants = page["tenants"].as_array().unwrap().iter();
    tenants
        .map(|tenant| tenant["id"].as_str().unwrap().to_owned())
        .collect()
}

/// All ids, page by page.
async fn walk(caller: &Caller, query: &str) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller
            .get(&format!("/tenants?limit=2&{query}{cursor}"))
            .await;
        let page = page.assert_status(200).json();
        let tenants = page["tenants"].as_array().unwrap();
        assert!(tenants.len() <= 2);
        seen.extend(
            tenants
                .iter()
                .map(|tenant| tenant["id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next_cursor"].as_str() else {
            return seen;
        };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn a_list_is_narrowed_by_words_and_by_state_whether_or_not_the_index_knows_yet() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let hundred = caller.make_tenant(&app, "100% Bananas").await;
    caller.make_tenant(&app, "1000 Cherries").await;
    let connected = app.invite().await;
    app.browser()
        .connect(&app, &connected, "ada@acme.example")
        .await
        .assert_status(200);
    let connected = connected.tenant.to_string();
    for _ in 0..2 {
        assert_eq!(find(&caller, "query=100%25").await, [hundred.as_str()]);
        assert_eq!(find(&caller, "query=BANA").await, [hundred.as_str()]);
        assert_eq!(find(&caller, "query=bana%20100").await, [hundred.as_str()]);
        assert_eq!(find(&caller, "query=bana%20cherries").await, [""; 0]);
        assert_eq!(find(&caller, "query=%25").await, [""; 0]);
        assert_eq!(find(&caller, "state=connected").await, [connected.as_str()]);
        assert_eq!(find(&caller, "state=needs_attention").await, [""; 0]);
        assert_eq!(
            find(&caller, "query=127.0.0.1").await.len(),
            3,
            "by the organization"
        );
        let both = "query=127.0.0.1&state=pending";
        assert_eq!(find(&caller, both).await.len(), 2);
        index(&app).await;
        assert_eq!(app.database.count("support_changes").await, 0);
    }
    assert_eq!(find(&caller, "query=ada@acme").await, [connected.as_str()]);

    app.advance(Duration::days(91));

    for _ in 0..2 {
        assert_eq!(find(&caller, "state=connected").await, [""; 0]);
        let ended = [connected.as_str()];
        assert_eq!(
            find(&caller, "state=needs_attention").await,
            ended,
            "its sign-in has ended"
        );
        index(&app).await;
    }
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=x",
        "state=x",
        "query=%00",
    ] {
        let refused = caller.get(&format!("/tenants?{query}")).await;
        refused.assert_problem(400, "malformed-request");
    }
}

#[tokio::test]
async fn pages_of_a_narrowed_list_follow_each_other_while_the_index_is_behind() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Support).await;
    let maker = app.caller(ApiRole::Onboarding).await;
    let mut made = Vec::new();
    for number in 0..7 {
        if number == 4 {
            index(&app).await;
        }
        made.insert(0, maker.make_tenant(&app, &format!("Acme {number}")).await);
        maker.make_tenant(&app, &format!("Globex {number}")).await;
    }
    assert_eq!(walk(&caller, "query=acme").await, made);
    assert_eq!(walk(&caller, "query=acme&state=pending").await, made);
    assert_eq!(walk(&caller, "state=pending").await.len(), 14);

    let renamed = format!(
        "UPDATE tenants SET name = 'Acme of old' WHERE id = '{}'",
        made[3]
    );
    app.database.change(&renamed).await;
    assert_eq!(
        walk(&caller, "query=acme").await,
        made,
        "one that the index knows and doubts"
    );
    index(&app).await;
    assert_eq!(walk(&caller, "query=acme").await, made);
}

/// More than are collected: the list is walked.
#[tokio::test]
async fn a_word_that_very_many_have_is_found_page_by_page_too() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Support).await;
    let many = "
        INSERT INTO tenants (id, name, created_at)
        SELECT gen_random_uuid(), 'Acme ' || n, now() FROM generate_series(1, 4100) n;
        INSERT INTO connections (id, tenant_id, kind, state, client_key, client_key_id, client_key_public, created_at)
        SELECT gen_random_uuid(), id, 'user', 'pending', '\\x00', 'k', '{}', now() FROM tenants;
        INSERT INTO support_index (tenant_id, catalog_version, urgency, since, name, state, granted, working, total,
                                   flags, haystack)
        SELECT id, '', 0, now(), name, 'pending', 0, 0, 0, '{}', ' ' || lower(name) FROM tenants;
        INSERT INTO support_terms (term, tenant_id)
        SELECT word, id FROM tenants, unnest(string_to_array(lower(name), ' ')) AS word;
        INSERT INTO support_flags (flag, urgency, since, tenant_id)
        SELECT 'state:pending', 0, now(), id FROM tenants;
        DELETE FROM support_changes;";
    app.database.change(many).await;
    let latest: Vec<String> =
        sqlx::query_scalar("SELECT id::text FROM tenants ORDER BY id DESC LIMIT 50")
            .fetch_all(&app.database.pool)
            .await
            .unwrap();

    assert_eq!(find(&caller, "query=acme").await, latest);
    assert_eq!(find(&caller, "query=acme&state=pending").await, latest);
    assert_eq!(find(&caller, "query=acme&state=connected").await, [""; 0]);
    assert_eq!(find(&caller, "query=acme%204100").await.len(), 1);
}
