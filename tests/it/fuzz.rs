//! Hostile requests to the whole service, made from good ones: whatever comes through the door, nothing
//! breaks inside, and nobody waits long. The parsers themselves have tests of their own, with far more
//! inputs, beside each of them.

use std::time::{Duration, Instant};

use grantway::domain::api_key::ApiRole;
use serde_json::{Value, json};

use self::mutator::Mutator;
use crate::support::staff::OLGA;
use crate::support::{Settings, TestApp, raw};

#[path = "../../src/fuzz/mutator.rs"]
mod mutator;

const ADA: &str = "ada@acme.example";
/// Requests in `make test`, and in `make soak`: all of them are logged in memory.
const FEW: usize = 1_000;
const MANY: usize = 20_000;

/// A good request.
struct Template {
    method: &'static str,
    path: String,
    query: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

enum Body {
    None,
    Json(Value),
    Form(&'static str),
}

/// The words of a request's address and headers.
const PIECES: &[&str] = &[
    "/",
    "?",
    "&",
    "=",
    "%2f",
    "%00",
    "..",
    "Bearer ",
    "grantway=",
    ";",
    ",",
    "cursor=",
    "limit=",
    "state=",
    "code=",
];

impl Template {
    fn get(path: &str, query: &'static str) -> Self {
        Self {
            method: "GET",
            path: path.to_owned(),
            query,
            headers: Vec::new(),
            body: Body::None,
        }
    }

    fn post(path: &str, body: Body) -> Self {
        Self {
            method: "POST",
            body,
            ..Self::get(path, "")
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The request with one of its parts changed; its frame stays whole.
    fn bent(&self, mutator: &mut Mutator) -> Vec<u8> {
        let (part, header) = (mutator.below(5), mutator.below(self.headers.len()));
        let mut text = |valid: &str| one_line(mutator.text(&[valid], PIECES));
        let path = if part == 0 {
            text(&self.path)
        } else {
            self.path.clone().into_bytes()
        };
        let query = if part == 1 {
            text(self.query)
        } else {
            self.query.as_bytes().to_vec()
        };
        let mut request = format!("{} ", self.method).into_bytes();
        request.extend(path);
        if !query.is_empty() {
            request.push(b'?');
            request.extend(query);
        }
        request.extend(b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        for (place, (name, value)) in self.headers.iter().enumerate() {
            let is_bent = part == 2 && place == header;
            let value = if is_bent {
                text(value)
            } else {
                value.clone().into_bytes()
            };
            request.extend(format!("{name}: ").bytes());
            // Longer ones are refused before anybody reads them.
            request.extend(value.into_iter().take(8_000));
            request.extend(b"\r\n");
        }
        let (kind, body) = match &self.body {
            Body::None => ("text/plain", Vec::new()),
            Body::Json(value) if part > 2 => (
                "application/json",
                mutator.document(std::slice::from_ref(value)),
            ),
            Body::Json(value) => ("application/json", value.to_string().into_bytes()),
            Body::Form(form) => (
                "application/x-www-form-urlencoded",
                mutator.text(&[form], PIECES),
            ),
        };
        request.extend(
            format!(
                "Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )
            .bytes(),
        );
        request.extend(body);
        request
    }
}

/// Keeps a line's end from ending the line.
fn one_line(text: Vec<u8>) -> Vec<u8> {
    let text = text.into_iter().take(16_000);
    text.map(|byte| {
        if matches!(byte, b'\r' | b'\n' | b' ') {
            b'+'
        } else {
            byte
        }
    })
    .collect()
}

#[expect(clippy::too_many_lines, reason = "a table")]
async fn templates(app: &TestApp) -> Vec<Template> {
    let invited = app.invite().await;
    let (browser, staff) = (app.browser(), app.staff_browser(OLGA).await);
    browser.connect(app, &invited, ADA).await.assert_status(200);
    let cookie = format!(
        "grantway={}; grantway-staff={}",
        browser.session_cookie().unwrap(),
        staff.staff_cookie().unwrap()
    );
    let mut keys = Vec::new();
    for role in [ApiRole::Onboarding, ApiRole::Worker] {
        keys.push(format!("Bearer {}", app.caller(role).await.key.unwrap()));
    }
    let [onboarding, worker] = &keys[..] else {
        unreachable!("two keys");
    };
    let (tenant, connection) = (invited.tenant, invited.connection);
    let api = format!("/api/v1/tenants/{tenant}");
    let support = format!("/support/tenants/{tenant}");
    let mut programs = vec![
        Template::post("/api/v1/tenants", Body::Json(app.new_tenant("A new one")))
            .with("Idempotency-Key", "4711"),
        Template::get(
            "/api/v1/tenants",
            "query=acme&state=connected&cursor=AAAAAAAAAAAAAAAAAAAAAA&limit=10",
        ),
        Template::get(
            &format!("{api}/links"),
            "cursor=AAAAAAAAAAAAAAAAAAAAAA&limit=10",
        ),
        Template::get(
            &format!("{api}/events"),
            "cursor=AAAAAAAAAAAAAAAAAAAAAA&limit=10",
        ),
        Template::get(&format!("{api}/status"), ""),
        Template::post(
            &format!("{api}/links"),
            Body::Json(json!({ "expires_in_seconds": 3_600 })),
        ),
        // Only an address that is listed, so that no name is looked up.
        Template::post(
            "/api/v1/webhooks",
            Body::Json(json!({ "url": "http://127.0.0.1:9/in", "events": ["link.created"] })),
        ),
    ];
    for template in &mut programs {
        template.headers.push(("Authorization", onboarding.clone()));
    }
    programs.push(
        Template::post(
            &format!("{api}/access-token"),
            Body::Json(json!({ "categories": ["users"], "scopes": ["okta.logs.read"] })),
        )
        .with("Authorization", worker),
    );
    let mut pages = vec![
        Template::get(
            &format!("/oauth/callback/{connection}"),
            "code=abc&state=def&iss=https%3A%2F%2Facme.okta.com",
        ),
        Template::get(
            "/staff/callback",
            "state=def&error=access_denied&error_description=no",
        ),
        Template::get("/staff/sign-in", "return_to=%2Fsupport%3Fq%3Dacme&anew=yes"),
        Template::get(
            "/support",
            "q=acme&state=connected&reason=&category=users&category_state=granted&after=1.2.3",
        ),
        Template::get(
            &support,
            "kind=links&before=1795593600000000.018f0000-0000-7000-8000-000000000000",
        ),
        Template::post(
            &format!("{support}/visit"),
            Body::Form("reason=Ticket+4711"),
        ),
        Template::get(&format!("/tenants/{tenant}"), ""),
        Template::get(&format!("/tenants/{tenant}/report.csv"), ""),
        Template::get("/onboard/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ""),
    ];
    for template in &mut pages {
        template.headers.push(("Cookie", cookie.clone()));
        template
            .headers
            .push(("Sec-Fetch-Site", "same-origin".to_owned()));
        template
            .headers
            .push(("X-Forwarded-For", "203.0.113.9, 10.0.0.3".to_owned()));
        template.headers.push((
            "User-Agent",
            "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0".to_owned(),
        ));
    }
    programs.into_iter().chain(pages).collect()
}

async fn feed(count: usize) {
    let app = TestApp::start_with(Settings {
        trusted_proxies: "127.0.0.0/8",
        webhook_origins: Some("http://127.0.0.1:9"),
        ..Settings::default()
    })
    .await;
    let templates = templates(&app).await;
    let seed = std::env::var("FUZZ_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(20_261_130);
    let mut mutator = Mutator::new(seed);
    for number in 0..count {
        let template = &templates[mutator.below(templates.len())];
        let request = template.bent(&mut mutator);
        let began = Instant::now();

        let answer = raw::send(&app.url, &request).await;

        let shown = || {
            request[..request.len().min(2_000)]
                .escape_ascii()
                .to_string()
        };
        assert!(
            answer.status < 500,
            "FUZZ_SEED={seed}, request {number}: {} {}",
            answer.status,
            shown()
        );
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "FUZZ_SEED={seed}, request {number}: {}",
            shown()
        );
    }
}

#[tokio::test]
async fn no_hostile_request_breaks_anything() {
    feed(FEW).await;
}

#[tokio::test]
#[ignore = "minutes: make soak"]
async fn soak_of_hostile_requests() {
    feed(MANY).await;
}
