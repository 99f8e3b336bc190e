//! What a worker's fresh token costs, part by part: the statement that it reads by, in a bare handler;
//! and all that lies around every handler, with hardly anything in it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use grantway::domain::api_key::PresentedKey;
use grantway::domain::id::TenantId;
use grantway::flows::{ApiKeys, Broker};
use grantway::vault::disclose;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::lab::{Lab, Service};
use crate::load::Load;
use crate::reads::{self, Spent, serve};

/// Rounds of each, after one that warms up.
const ROUNDS: usize = 3;

#[derive(Clone)]
struct Reader {
    broker: Broker,
    key: PresentedKey,
    body: Bytes,
}

/// Measures the parts, and tells them in words.
pub fn of_broker_read(runtime: &Runtime, lab: &Lab, service: &Service) -> anyhow::Result<String> {
    let bytes = reads::broker().load(service).once()?.len();
    let key = ApiKeys::read(disclose(&service.key)).ok_or_else(|| anyhow::anyhow!("no key"))?;
    let reader = Reader {
        broker: Broker::new(service.shared.clone()),
        key,
        body: Bytes::from(vec![b'k'; bytes]),
    };
    let router = Router::new()
        .route("/nothing", get(async || "ok"))
        .route("/{id}", get(read))
        .with_state(reader);
    let stop = CancellationToken::new();
    let bare = runtime.block_on(serve(router, stop.clone()))?;
    let one = |address, path: String| {
        Load::new(
            address,
            [(format!("GET {path} HTTP/1.1\r\n"), String::new())].into_iter(),
        )
    };
    let reads = service
        .asked
        .iter()
        .map(|asked| (format!("GET /{} HTTP/1.1\r\n", asked.tenant), String::new()));
    let loads = [
        Load::new(bare, reads),
        one(service.address, "/healthz".to_owned()),
        one(bare, "/nothing".to_owned()),
    ];
    let spent = loads.map(|load| cost(lab, &load));
    stop.cancel();
    let [reading, around, nothing] = spent;
    Ok(format!(
        "of that, reading alone costs {} (the same statement in a bare handler), and what lies around every handler {} (GET /healthz), where a bare handler without a database costs {}",
        reading?, around?, nothing?
    ))
}

async fn read(State(reader): State<Reader>, Path(id): Path<Uuid>) -> Result<Bytes, StatusCode> {
    let found = reader
        .broker
        .recognize(&reader.key, TenantId::from_uuid(id))
        .await;
    match found {
        Ok(Some(_)) => Ok(reader.body),
        _ => Err(StatusCode::NOT_FOUND),
    }
}

fn cost(lab: &Lab, load: &Load) -> anyhow::Result<Spent> {
    load.run(lab.scale.round)?;
    let mut spent = Spent::default();
    for _ in 0..ROUNDS {
        spent.on(lab, load)?;
    }
    Ok(spent)
}
