//! docs/webhooks.md says what the code does.

use grantway::domain::audit::Action;
use serde_json::Value;
use standardwebhooks::Webhook;

fn document() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/webhooks.md");
    std::fs::read_to_string(path).unwrap()
}

/// The blocks of JSON, parsed.
fn examples(text: &str) -> Vec<Value> {
    let blocks = text.split("```json\n").skip(1);
    blocks
        .map(|block| serde_json::from_str(block.split("```").next().unwrap()).unwrap())
        .collect()
}

#[test]
fn every_event_has_an_example_with_the_fields_that_the_code_sends() {
    let examples = examples(&document());
    for action in Action::PUBLISHED {
        let found = examples.iter().find(|one| one["type"] == action.code());
        let example = found.unwrap_or_else(|| panic!("no example of {}", action.code()));
        // Through the code and back: a field that it would not send is missed.
        let at = example["timestamp"].as_str().unwrap();
        let at = time::OffsetDateTime::parse(at, &time::format_description::well_known::Rfc3339);
        let data = &example["data"];
        let built =
            grantway::domain::webhook::event_body(action.code(), at.unwrap(), Some(data), data);
        assert_eq!(&serde_json::from_str::<Value>(&built).unwrap(), example);
        let of_tenant = action != Action::CatalogChanged;
        assert_eq!(
            data["tenant"]["external_id"].is_string(),
            of_tenant,
            "{example}"
        );
    }
}

#[test]
fn the_example_to_verify_is_right() {
    let document = document();
    let text = &document[document.find("secret:").unwrap()..];
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].trim().to_owned()
    };
    let library = Webhook::new(&field("secret:")).unwrap();
    let time = field("webhook-timestamp:").parse().unwrap();
    let signed = library.sign(&field("webhook-id:"), time, field("body:").as_bytes());
    assert_eq!(signed.unwrap(), field("webhook-signature:"));
}
