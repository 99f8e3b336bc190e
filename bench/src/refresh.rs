//! Refreshes of one replica, as its background step makes them, against as many plain token calls with
//! the same library, to the same Okta, as many at a time.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use fake_okta::{App, AuthMethod, OrgHandle};
use futures_util::StreamExt as _;
use grantway::flows::Refresh;
use reqwest::Client;
use sqlx::PgPool;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::crowd::Crowd;
use crate::lab::{Lab, Service};
use crate::reads::Spent;
use crate::report::Row;
use crate::rounds::alternate;
use crate::seed::Secrets;

/// As many as a replica refreshes at a time.
const AT_ONCE: usize = 64;
const PERSON: &str = "ada@acme.example";
const LONGEST: Duration = Duration::from_secs(20);

pub fn against_plain_calls(runtime: &Runtime, lab: &Lab) -> anyhow::Result<Row> {
    let org = lab.fake.org("acme");
    let app = org.add_app(App {
        label: "Northvault".to_owned(),
        auth_method: AuthMethod::ClientSecretBasic,
        everyone: true,
        granted_scopes: vec!["okta.users.manage".to_owned()],
        ..App::default()
    });
    let service = runtime.block_on(connected(lab, &org, &app))?;
    let http = plain_client()?;
    let times = lab.scale.refreshes;
    let (mut bare, mut whole) = (Spent::default(), Spent::default());
    let calls = || runtime.block_on(plain_calls(&http, times, &org, &app));
    let work = || runtime.block_on(refreshes(&service, times));
    let rounds = alternate(
        lab.scale.rounds,
        || bare.of(lab, times, calls),
        || whole.of(lab, times, work),
    )?;
    let compares = "refreshes of one replica with as many plain token calls";
    let note = format!("a refresh costs {whole}, a plain call {bare}, with Okta's part in both");
    Ok(Row::of("refresh", &rounds, 0.5, compares).noting(&note))
}

/// A service whose tenants all live by tokens of this app.
async fn connected(lab: &Lab, org: &OrgHandle, app: &App) -> anyhow::Result<Service> {
    let service = lab.empty_service("refresh").await?;
    let secret = app.client_secret.clone().context("a secret")?;
    let count = lab.scale.refreshes;
    let filling = service.fill(Crowd::new(count, false), count, false, |_| {
        let issued = org.issue_tokens(&app.client_id, PERSON, &app.granted_scopes);
        Secrets {
            access_token: issued.access_token,
            refresh_token: issued.refresh_token,
            client_secret: secret.clone(),
            origin: Some(org.origin().to_owned()),
        }
    });
    let service = Box::pin(filling).await?;
    sqlx::query(
        "UPDATE connections SET organization_origin = $1, organization_id = $2, client_id = $3",
    )
    .bind(org.origin())
    .bind(org.id())
    .bind(&app.client_id)
    .execute(&service.pool)
    .await?;
    Ok(service)
}

/// Makes all due, and lets the background step refresh them all.
async fn refreshes(service: &Service, count: u32) -> anyhow::Result<f64> {
    let before = generations(&service.pool).await?;
    sqlx::query("UPDATE refreshes SET due_at = now() - interval '1 second'")
        .execute(&service.pool)
        .await?;
    let stop = CancellationToken::new();
    let began = Instant::now();
    let running = tokio::spawn(Refresh::new(service.shared.clone()).run(stop.clone()));
    while generations(&service.pool).await? < before + i64::from(count) {
        if began.elapsed() > LONGEST {
            bail!(
                "the refreshes do not end: {:?}",
                failures(&service.pool).await?
            );
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let took = began.elapsed();
    stop.cancel();
    running.await?;
    Ok(f64::from(count) / took.as_secs_f64())
}

async fn generations(pool: &PgPool) -> anyhow::Result<i64> {
    Ok(
        sqlx::query_scalar("SELECT sum(generation)::bigint FROM token_sets")
            .fetch_one(pool)
            .await?,
    )
}

/// Why, and how often.
async fn failures(pool: &PgPool) -> anyhow::Result<Vec<(Option<String>, i64)>> {
    let failures = sqlx::query_as("SELECT failure, count(*) FROM refreshes GROUP BY failure");
    Ok(failures.fetch_all(pool).await?)
}

async fn plain_calls(http: &Client, count: u32, org: &OrgHandle, app: &App) -> anyhow::Result<f64> {
    let issue = |_| org.issue_tokens(&app.client_id, PERSON, &app.granted_scopes);
    let tokens: Vec<String> = (0..count)
        .map(issue)
        .map(|issued| issued.refresh_token)
        .collect();
    let address = format!("{}/oauth2/v1/token", org.origin());
    let began = Instant::now();
    let calls = tokens.into_iter().map(|token| {
        let form = [("grant_type", "refresh_token"), ("refresh_token", &token)];
        let request = http
            .post(&address)
            .basic_auth(&app.client_id, app.client_secret.as_deref())
            .form(&form);
        async move {
            let answer = request.send().await?.error_for_status()?;
            answer.bytes().await
        }
    });
    let answers: Vec<_> = futures_util::stream::iter(calls)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let took = began.elapsed();
    for answer in answers {
        answer?;
    }
    Ok(f64::from(count) / took.as_secs_f64())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the limit is not the service's client"
)]
fn plain_client() -> anyhow::Result<Client> {
    Ok(Client::builder().no_proxy().build()?)
}
