//! The vendor's receiver: records what it gets, and answers as a test wants.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How it answers one message.
#[derive(Debug, Clone)]
pub(super) struct Say {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub after: Duration,
}

impl Say {
    pub(super) const fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            after: Duration::ZERO,
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }
}

/// A message that came.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub headers: HeaderMap,
    pub body: String,
    pub answered: u16,
}

#[derive(Debug, Default)]
struct State {
    received: Vec<Received>,
    /// Then 204.
    next: VecDeque<Say>,
    always: Option<Say>,
}

/// A receiver at a port of its own, which it keeps when it is down.
#[derive(Debug)]
pub(super) struct Receiver {
    pub origin: String,
    state: Arc<Mutex<State>>,
    serving: Option<JoinHandle<()>>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let mut receiver = Self {
            origin: "127.0.0.1:0".to_owned(),
            state: Arc::default(),
            serving: None,
        };
        receiver.serve("127.0.0.1:0").await;
        receiver
    }

    async fn serve(&mut self, address: &str) {
        let listener = TcpListener::bind(address).await.unwrap();
        self.origin = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::clone(&self.state);
        let router = Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
            let state = Arc::clone(&state);
            async move { answer(&state, headers, &body).await }
        });
        self.serving = Some(tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        }));
    }

    pub(super) fn url(&self) -> String {
        format!("{}/hooks", self.origin)
    }

    /// Nothing listens any more.
    pub(super) async fn go_down(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _ = serving.await;
        }
    }

    pub(super) async fn come_up(&mut self) {
        let address = self.origin.trim_start_matches("http://").to_owned();
        self.serve(&address).await;
    }

    pub(super) fn next(&self, says: impl IntoIterator<Item = Say>) {
        self.state.lock().unwrap().next.extend(says);
    }

    pub(super) fn always(&self, say: Option<Say>) {
        self.state.lock().unwrap().always = say;
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    /// Those that were answered well.
    pub(super) fn accepted(&self) -> Vec<Received> {
        let mut received = self.received();
        received.retain(|one| (200..300).contains(&one.answered));
        received
    }
}

async fn answer(state: &Mutex<State>, headers: HeaderMap, body: &[u8]) -> Response {
    let say = {
        let mut state = state.lock().unwrap();
        let next = state.next.pop_front();
        let say = next
            .or_else(|| state.always.clone())
            .unwrap_or(Say::status(204));
        state.received.push(Received {
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
            answered: say.status,
        });
        say
    };
    tokio::time::sleep(say.after).await;
    let mut answer = StatusCode::from_u16(say.status).unwrap().into_response();
    for (name, value) in say.headers {
        answer.headers_mut().insert(name, value.parse().unwrap());
    }
    answer
}

impl Received {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// What the test put into the event, to tell one from another.
    pub(super) fn reason(&self) -> String {
        self.json()["data"]["reason"].as_str().unwrap().to_owned()
    }

    pub(super) fn tenant(&self) -> String {
        let id = &self.json()["data"]["tenant"]["id"];
        id.as_str().unwrap().to_owned()
    }

    /// By the independent library: its verification, and its own signature among ours.
    #[track_caller]
    pub(super) fn assert_signed_now(&self, secret: &str) {
        let library = Webhook::new(secret).unwrap();
        library.verify(self.body.as_bytes(), &self.headers).unwrap();
        self.assert_signed(secret);
    }

    /// The same at a time that a test moved, which the library's verification would refuse.
    #[track_caller]
    pub(super) fn assert_signed(&self, secret: &str) {
        assert!(self.is_signed(secret), "{self:?}");
    }

    pub(super) fn is_signed(&self, secret: &str) -> bool {
        let time = self.header("webhook-timestamp").parse().unwrap();
        let signed = Webhook::new(secret).unwrap().sign(
            self.header("webhook-id"),
            time,
            self.body.as_bytes(),
        );
        let signed = signed.unwrap();
        let mut ours = self.header("webhook-signature").split(' ');
        ours.any(|signature| signature == signed)
    }
}
