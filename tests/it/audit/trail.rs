//! A trail that the service wrote, a superuser to tamper with it, and the full size that it is proven at.

use std::collections::BTreeMap;

use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::id::TenantId;
use grantway::flows::{AuditTrail, Flaw, FlawKind, TrailProof};
use serde_json::json;

use crate::support::TestApp;

/// A trail of two tenants and the service, written by the service.
pub struct Trail {
    pub app: TestApp,
    pub tenant: TenantId,
}

impl Trail {
    pub async fn write() -> Self {
        let app = TestApp::start().await;
        let tenant = app.invite().await.tenant;
        app.invite_named(
            "Another",
            "globex",
            fake_okta::AuthMethod::PrivateKeyJwt,
            &[],
        )
        .await;
        for number in 1..=5 {
            let event = AuditEvent::new(tenant, Actor::Service, Action::CheckRequested);
            write(
                &app,
                &event.with(json!({ "number": number, "nested": { "z": 1.5, "a": "ü" } })),
            )
            .await;
        }
        write(
            &app,
            &AuditEvent::of_service(Actor::CommandLine, Action::CatalogChanged),
        )
        .await;
        Self { app, tenant }
    }

    pub async fn verify(&self) -> Result<TrailProof, Flaw> {
        let trail = AuditTrail::new(self.app.shared.clone());
        trail.verify(&BTreeMap::new(), |_| {}).await.unwrap()
    }

    /// The id of the tenant's line with this number in its chain.
    pub async fn line(&self, sequence: i64) -> String {
        let query = format!(
            "SELECT id::text FROM audit_events WHERE tenant_id = '{}' AND chain_sequence = {sequence}",
            self.tenant
        );
        self.app.database.column(&query).await.remove(0)
    }

    /// As somebody to whom triggers are no obstacle.
    pub async fn tamper(&self, statement: &str) {
        let statement = format!(
            "SET session_replication_role = replica; {statement}; RESET session_replication_role"
        );
        self.app.database.change(&statement).await;
    }

    #[track_caller]
    pub fn assert_flaw(
        found: Result<TrailProof, Flaw>,
        kind: FlawKind,
        sequence: Option<i64>,
    ) -> Flaw {
        let flaw = found.expect_err("it is found");
        assert_eq!((flaw.kind, flaw.sequence), (kind, sequence), "{flaw:?}");
        flaw
    }
}

async fn write(app: &TestApp, event: &AuditEvent) {
    app.shared
        .store
        .record(event, app.shared.clock.now())
        .await
        .unwrap();
}

/// The full size that the trail is proven at.
#[tokio::test]
#[ignore = "a long proof: make soak"]
#[expect(clippy::print_stdout, reason = "the figures are the result")]
async fn soak_a_hundred_thousand_lines_are_verified_and_the_first_bad_one_named() {
    let trail = Trail::write().await;
    let mut writers = tokio::task::JoinSet::new();
    for worker in 0..8 {
        let (shared, tenant) = (trail.app.shared.clone(), trail.tenant);
        writers.spawn(async move {
            for number in 0..12_500 {
                let event = if number % 10 == 0 {
                    AuditEvent::new(tenant, Actor::Service, Action::CheckRequested)
                } else {
                    AuditEvent::of_service(Actor::Service, Action::CheckRequested)
                };
                let event = event.with(json!({ "worker": worker, "number": number }));
                shared
                    .store
                    .record(&event, shared.clock.now())
                    .await
                    .unwrap();
            }
        });
    }
    let began = std::time::Instant::now();
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let written = began.elapsed();
    let began = std::time::Instant::now();
    let proof = trail.verify().await.unwrap();
    println!(
        "soak: audit trail of {} lines in {} chains, written in {:.1} s by 8 writers, verified in {:.1} s",
        proof.lines,
        proof.chains,
        written.as_secs_f64(),
        began.elapsed().as_secs_f64()
    );
    assert_eq!(proof.lines, 100_010);
    let id = trail.line(9_000).await;
    trail
        .tamper(&format!(
            "UPDATE audit_events SET actor = 'x' WHERE id = '{id}'"
        ))
        .await;
    let flaw = Trail::assert_flaw(trail.verify().await, FlawKind::Changed, Some(9_000));
    assert_eq!(flaw.entry.unwrap().to_string(), id);
}
