//! The Admin Console, walked by its forms.

use fake_okta::{AuthMethod, Seed};

use crate::support::{ADA, Browser, CALLBACK, Client, Setup, query_of, text, value};

async fn signed_in(setup: &Setup, login: &str) -> Browser {
    let browser = Browser::new();
    let page = browser.get(&format!("{}/admin", setup.org.origin())).await;
    let form = page.follow().await;
    let page = form.sign_in(login).await;
    assert_eq!(page.location(), "/admin");
    browser
}

#[tokio::test]
async fn only_super_administrators_get_in() {
    let setup = Setup::start().await;
    let url = format!("{}/admin/apps", setup.org.origin());
    assert_eq!(
        Browser::new().get(&url).await.location(),
        "/login?next=%2Fadmin%2Fapps"
    );
    for login in ["oscar@acme.example", "nora@acme.example"] {
        let page = signed_in(&setup, login).await.get(&url).await;
        assert_eq!(page.status, 403);
        assert!(
            page.body
                .contains("Only Super Administrators can open the Admin Console")
        );
    }
    assert_eq!(signed_in(&setup, ADA).await.get(&url).await.status, 200);
}

#[tokio::test]
async fn an_app_can_be_created_granted_and_assigned_by_forms_and_then_works() {
    let setup = Setup::start().await;
    let origin = setup.org.origin();
    let browser = signed_in(&setup, ADA).await;
    let form = [
        ("label", "Connected by forms"),
        ("grant_types", "authorization_code"),
        ("grant_types", "refresh_token"),
        ("redirect_uris", CALLBACK),
        ("client_authentication", "client_secret"),
        ("assignment", "selected"),
    ];
    let page = browser.post(&format!("{origin}/admin/apps"), &form).await;
    assert_eq!(page.status, 303);
    let app_path = page.location();
    let app = setup.org.app(app_path.rsplit('/').next().unwrap()).unwrap();
    let page = page.follow().await;
    assert!(
        page.body
            .contains(&format!("id=\"client-id\">{}<", app.client_id))
    );
    assert!(page.body.contains(app.client_secret.as_deref().unwrap()));

    let scopes = "okta.users.manage\r\nokta.logs.read okta.groups.manage";
    let form = [("scopes", scopes), ("action", "grant")];
    let page = browser
        .post(&format!("{origin}{app_path}/scopes"), &form)
        .await
        .follow()
        .await;
    assert!(page.body.contains("id=\"revoke-okta.logs.read\""));
    let form = [("scopes", "okta.groups.manage"), ("action", "revoke")];
    let page = browser
        .post(&format!("{origin}{app_path}/scopes"), &form)
        .await
        .follow()
        .await;
    assert!(page.body.contains("id=\"grant-okta.groups.manage\""));

    let form = [("login", ADA), ("action", "assign")];
    browser
        .post(&format!("{origin}{app_path}/assignments"), &form)
        .await;
    let client = Client::new(&setup.org, &app);
    let scope = "openid offline_access okta.users.manage okta.groups.manage";
    let page = browser.get(&client.authorize_url(scope)).await;
    let code = value(&query_of(&page.location()), "code");
    let (_, body) = client.exchange(&code).await;
    assert_eq!(
        text(&body, "scope"),
        "openid offline_access okta.users.manage"
    );

    let form = [("login", ADA), ("action", "unassign")];
    browser
        .post(&format!("{origin}{app_path}/assignments"), &form)
        .await;
    assert_eq!(client.refresh(text(&body, "refresh_token")).await.0, 400);
}

#[tokio::test]
async fn an_apps_settings_can_be_changed_and_mistakes_are_named() {
    let setup = Setup::start().await;
    let browser = signed_in(&setup, ADA).await;
    let url = format!("{}/admin/apps/{}", setup.org.origin(), setup.app.client_id);
    let mut form = [
        ("redirect_uris", "http://127.0.0.1:9/new"),
        ("client_authentication", "public_key"),
        ("jwks_uri", ""),
        ("grant_types", "authorization_code"),
    ];
    let page = browser.post(&url, &form).await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("Enter the URL of the public keys."));
    form[2].1 = "http://127.0.0.1:9/jwks";
    assert_eq!(browser.post(&url, &form).await.status, 303);
    let app = setup.org.app(&setup.app.client_id).unwrap();
    assert_eq!(app.redirect_uris, ["http://127.0.0.1:9/new"]);
    assert_eq!(
        (app.auth_method, app.client_secret),
        (AuthMethod::PrivateKeyJwt, None)
    );
    let unknown = [("scopes", "okta.cats.manage"), ("action", "grant")];
    let page = browser.post(&format!("{url}/scopes"), &unknown).await;
    assert!(
        page.body
            .contains("These are no Okta API scopes: okta.cats.manage")
    );
    browser
        .post(&format!("{url}/status"), &[("action", "deactivate")])
        .await;
    assert_eq!(
        setup.org.app(&app.client_id).unwrap().status,
        fake_okta::Status::Inactive
    );
}

#[tokio::test]
async fn every_page_has_a_language_a_title_one_heading_and_one_main_part() {
    let setup = Setup::start().await;
    let browser = signed_in(&setup, ADA).await;
    let app = format!("/admin/apps/{}", setup.app.client_id);
    let paths = [
        "/".to_owned(),
        "/login".to_owned(),
        "/nowhere".to_owned(),
        "/admin".to_owned(),
        "/admin/apps/new".to_owned(),
        app.clone(),
        format!("{app}/scopes"),
        format!("{app}/assignments"),
    ];
    for path in paths {
        let page = browser.get(&format!("{}{path}", setup.org.origin())).await;
        for part in [
            "<html lang=\"en\">",
            "<title>",
            "<h1>",
            "<main>",
            "Fake Okta — for tests",
        ] {
            assert_eq!(page.body.matches(part).count(), 1, "{part} on {path}");
        }
        for input in page
            .body
            .split("<input")
            .skip(1)
            .filter(|input| !input.contains("hidden"))
        {
            let id = input
                .split("id=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            assert!(
                page.body.contains(&format!("for=\"{id}\"")),
                "{id} on {path}"
            );
        }
    }
}

#[tokio::test]
async fn sessions_of_two_organizations_do_not_disturb_each_other() {
    let options = fake_okta::Options::new(Seed::sample(&["acme", "other"]));
    let fake = fake_okta::FakeOkta::start(options).await.unwrap();
    let browser = Browser::new();
    for name in ["acme", "other"] {
        let page = browser
            .get(&format!("{}/login", fake.org(name).origin()))
            .await;
        page.sign_in(&format!("ada@{name}.example")).await;
    }
    for name in ["acme", "other"] {
        let home = browser.get(fake.org(name).origin()).await;
        assert!(home.body.contains(&format!("ada@{name}.example")), "{name}");
    }
}
