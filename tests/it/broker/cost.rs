//! What a token costs the database, counted.

use super::{Desk, token};

#[tokio::test]
async fn a_fresh_token_costs_one_read_the_keys_recognition_included() {
    let desk = Desk::open().await;
    desk.app.log.take_statements_of_requests();

    token(
        &desk
            .ask(serde_json::json!({ "categories": ["users"] }))
            .await,
    );

    let statements = desk.app.log.take_statements_of_requests();
    assert_eq!(statements.len(), 1, "{statements:#?}");
    let text = statements[0].to_uppercase();
    assert!(text.trim_start().starts_with("SELECT"), "{text}");
    assert!(!text.contains(" FOR "), "it locks nothing: {text}");
    assert_eq!(desk.refreshes(), 0);
}

/// Not a line for each: the first at once, then one an hour.
#[tokio::test]
async fn the_trail_says_which_key_was_given_how_many_tokens_of_whom() {
    let desk = Desk::open().await;
    for _ in 0..3 {
        token(&desk.ask_for_anything().await);
    }
    desk.app.advance(time::Duration::minutes(61));

    let told = "SELECT detail->>'times' FROM audit_events
                WHERE action = 'token.issued' AND actor_kind = 'api_key' AND actor_name IS NOT NULL";
    crate::support::outcome::eventually("all three are told", async || {
        let lines = desk.app.database.column(told).await;
        assert!(lines.len() <= 2, "{lines:?}");
        lines
            .iter()
            .map(|times| times.parse::<u32>().unwrap())
            .sum::<u32>()
            == 3
    })
    .await;
}
