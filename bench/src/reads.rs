//! Reads over HTTP against their limit: a bare handler that makes one prepared point SELECT through a
//! pool of the same size, and returns as many bytes.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use grantway::vault::disclose;
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::effort::Effort;
use crate::lab::{Lab, Service};
use crate::load::Load;
use crate::report::Row;
use crate::rounds::alternate;

/// Something that is read again and again.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    requests: fn(&Service) -> Vec<(String, String)>,
    aim: f64,
    compares: &'static str,
}

/// A fresh token, for two categories.
pub const fn broker() -> Page {
    Page {
        requests: |service| {
            let request = |tenant: Uuid| {
                let head = format!(
                    "POST /api/v1/tenants/{tenant}/access-token HTTP/1.1\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
                    disclose(&service.key)
                );
                (head, r#"{"categories":["users","groups"]}"#.to_owned())
            };
            service
                .asked
                .iter()
                .map(|asked| request(asked.tenant))
                .collect()
        },
        aim: 0.8,
        compares: "a worker's fresh token with one bare SELECT of as many bytes",
    }
}

/// The status page of a signed-in administrator.
pub const fn status() -> Page {
    Page {
        requests: |service| {
            let head = format!(
                "GET /tenants/{} HTTP/1.1\r\ncookie: grantway={}\r\n",
                service.asked[0].tenant,
                disclose(&service.cookie)
            );
            vec![(head, String::new())]
        },
        aim: 0.6,
        compares: "the status page with one bare SELECT of as many bytes",
    }
}

impl Page {
    pub fn load(&self, service: &Service) -> Load {
        Load::new(service.address, (self.requests)(service).into_iter())
    }
}

/// Measures `page` against its limit.
pub fn against_limit(
    runtime: &Runtime,
    lab: &Lab,
    service: &Service,
    name: &'static str,
    page: &Page,
) -> anyhow::Result<Row> {
    let subject = page.load(service);
    let bytes = subject.once()?.len();
    let stop = CancellationToken::new();
    let address = runtime.block_on(serve_bytes(service, bytes, stop.clone()))?;
    let ids = service.asked.iter().map(|asked| asked.tenant);
    let limit = Load::new(
        address,
        ids.map(|id| (format!("GET /{id} HTTP/1.1\r\n"), String::new())),
    );
    let (mut bare, mut whole) = (Spent::default(), Spent::default());
    let rounds = alternate(
        lab.scale.rounds,
        || bare.on(lab, &limit),
        || whole.on(lab, &subject),
    );
    stop.cancel();
    let note = format!("an answer costs {whole}; the limit's costs {bare}");
    Ok(Row::of(name, &rounds?, page.aim, page.compares).noting(&note))
}

/// What rounds of one thing cost.
#[derive(Default)]
pub struct Spent {
    effort: Effort,
    answers: f64,
}

impl Spent {
    /// One more round.
    pub fn on(&mut self, lab: &Lab, load: &Load) -> anyhow::Result<f64> {
        let before = lab.effort();
        let began = Instant::now();
        let rate = load.run(lab.scale.round)?;
        self.answers += rate * began.elapsed().as_secs_f64();
        self.effort += lab.effort() - before;
        Ok(rate)
    }

    /// The same for work that is done so often.
    pub fn of(
        &mut self,
        lab: &Lab,
        times: u32,
        work: impl FnOnce() -> anyhow::Result<f64>,
    ) -> anyhow::Result<f64> {
        let before = lab.effort();
        let rate = work()?;
        self.answers += f64::from(times);
        self.effort += lab.effort() - before;
        Ok(rate)
    }
}

impl std::fmt::Display for Spent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.effort.per(self.answers))
    }
}

/// What the limit answers with.
#[derive(Clone)]
struct Limit {
    pool: PgPool,
    body: Bytes,
}

/// Serves so many bytes to whoever is found in the database.
async fn serve_bytes(
    service: &Service,
    bytes: usize,
    stop: CancellationToken,
) -> anyhow::Result<SocketAddr> {
    let limit = Limit {
        pool: service.pool.clone(),
        body: Bytes::from(vec![b'k'; bytes]),
    };
    serve(
        Router::new()
            .route("/{id}", get(bytes_of))
            .with_state(limit),
        stop,
    )
    .await
}

/// Serves with nothing around it.
pub async fn serve(router: Router, stop: CancellationToken) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        served.await
    });
    Ok(address)
}

async fn bytes_of(State(limit): State<Limit>, Path(id): Path<Uuid>) -> Result<Bytes, StatusCode> {
    let found: Result<String, _> = sqlx::query_scalar("SELECT name FROM tenants WHERE id = $1")
        .bind(id)
        .fetch_one(&limit.pool)
        .await;
    found.map(|_| limit.body).map_err(|_| StatusCode::NOT_FOUND)
}
