//! Nothing on any page runs or styles by itself, and nothing comes from elsewhere.

use crate::support::{Answer, TestApp};

/// Tags of a page, each with its attributes.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| !tag.starts_with(['/', '!']))
        .collect()
}

/// Names and values of a tag's attributes.
fn attributes(tag: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.find(char::is_whitespace).map_or("", |end| &tag[end..]);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '=');
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        let mut value = "";
        if let Some(quoted) = after.strip_prefix("=\"") {
            (value, rest) = quoted.split_once('"').unwrap();
        } else {
            assert!(!after.starts_with('='), "a bare value in <{tag}>");
            rest = after;
        }
        found.push((name.to_ascii_lowercase(), value));
    }
}

#[track_caller]
fn assert_nothing_inline(page: &Answer) {
    let at = page.url.path();
    assert!(page.body.contains("</html>"), "{at} is a page");
    for tag in tags(&page.body) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        let banned = ["style", "base", "iframe", "object", "embed"];
        assert!(!banned.contains(&name), "{at} has <{tag}>");
        let ours = tag.contains(" src=\"/static/");
        assert!(name != "script" || ours, "{at} has <{tag}>");
        let loads = ["script", "link", "img", "source", "use"].contains(&name);
        for (attribute, value) in attributes(tag) {
            let inline = attribute == "style" || attribute.starts_with("on");
            assert!(!inline, "{at} has {attribute}: <{tag}>");
            assert!(!value.contains("javascript:"), "{at}: <{tag}>");
            assert!(!loads || !value.contains("//"), "{at} loads <{tag}>");
        }
    }
    let scripts = page.body.matches("<script").count();
    let empty = page.body.matches("></script>").count();
    assert_eq!(scripts, empty, "{at} has a script's text");
}

/// The look itself sees what it is to see.
#[test]
fn attributes_are_read_apart_from_their_values() {
    let tag = r#"input class="a b" value="onload=x" disabled onclick="y" style="z"/"#;
    let names: Vec<String> = attributes(tag).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["class", "value", "disabled", "onclick", "style"]);
}

/// Every kind of page, as a walk with a few mistakes shows them.
async fn pages(app: &TestApp) -> Vec<Answer> {
    let invited = app.invite().await;
    let browser = app.browser();
    let mut pages = Vec::new();
    for path in [
        "/",
        "/signed-out",
        "/nowhere",
        "/onboard/unknown",
        "/onboarding",
    ] {
        pages.push(browser.get(path).await);
    }
    let hostile = [("organization", "\"'<x onload=y>")];
    pages.push(browser.post("/sign-in", &hostile).await);
    browser.get(&invited.link).await;
    pages.push(browser.get("/onboarding").await);
    pages.push(browser.get(&format!("/tenants/{}", invited.tenant)).await);
    browser.walk_to_app(app, &invited).await;
    let hostile = [
        ("client_auth", "private_key_jwt"),
        ("client_id", "0oaX style=x"),
    ];
    pages.push(browser.post("/onboarding/app", &hostile).await);
    browser.submit_app(&invited).await.assert_status(303);
    for step in ["organization", "permissions", "app", "sign-in"] {
        pages.push(browser.get(&format!("/onboarding/{step}")).await);
    }
    let back = browser.cancel_at_okta(&browser.okta_address().await).await;
    pages.push(browser.follow(back.as_str()).await);
    pages.push(browser.connect(app, &invited, "ada@acme.example").await);
    let stranger = app.browser();
    pages.push(
        stranger
            .sign_in(app, "acme", "nora@acme.example", None)
            .await,
    );
    pages
}

#[tokio::test]
async fn no_page_holds_an_inline_script_style_or_handler() {
    let app = TestApp::start().await;
    let pages = pages(&app).await;
    for page in &pages {
        assert_nothing_inline(page);
    }
    let statuses: Vec<u16> = pages.iter().map(|page| page.status).collect();
    assert_eq!(
        statuses,
        [
            200, 200, 404, 404, 401, 422, 200, 200, 422, 200, 200, 200, 200, 400, 200, 403
        ]
    );
}
