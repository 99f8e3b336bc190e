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
