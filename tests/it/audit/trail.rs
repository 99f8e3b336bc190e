//! A trail that the service wrote, a superuser to tamper with it, and the full size that it is proven at.

use std::collections::BTreeMap;

use grantway::domain::audit::{Action, Actor, AuditEntry, AuditEvent};
use grantway::domain::id::TenantId;
use grantway::flows::{AuditTrail, Flaw, FlawKind, TrailProof};
use serde_json::json;
use uuid::Uuid;

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

    pub async fn write_line(&self, event: &AuditEvent) {
        write(&self.app, event).await;
    }

    /// A line as the version before signed it: what it says, and not where it stands.
    pub async fn write_older_line(&self, event: &AuditEvent) {
        let signer = self.app.shared.vault.audit_signer();
        let entry = AuditEntry::of(event, self.app.shared.clock.now(), None);
        let mac = signer.sign(&entry.content());
        sqlx::query(
            "WITH recorded AS (
                INSERT INTO audit_events (id, tenant_id, at, actor_kind, actor, action, detail, digest)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
             ) INSERT INTO audit_signatures (event_id, key_id, mac) SELECT id, $9, $10 FROM recorded",
        )
        .bind(entry.id)
        .bind(entry.tenant)
        .bind(entry.at)
        .bind(&entry.actor_kind)
        .bind(&entry.actor)
        .bind(&entry.action)
        .bind(&entry.detail)
        .bind(signer.digest(&entry.content()).as_slice())
        .bind(mac.key)
        .bind(mac.mac.as_slice())
        .execute(&self.app.database.pool)
        .await
        .unwrap();
    }

    /// Makes the database what the version before left: no place and no end is signed.
    pub async fn grow_old(&self) {
        let signer = self.app.shared.vault.audit_signer();
        let lines = self.app.shared.store.read_trail((Uuid::nil(), 0), 1_000);
        for line in lines.await.unwrap() {
            let mac = signer.sign(&line.entry.content()).mac;
            let mac = super::hexadecimal(&mac);
            let id = line.entry.id;
            self.tamper(&format!(
                "UPDATE audit_signatures SET mac = '\\x{mac}' WHERE event_id = '{id}'"
            ))
            .await;
        }
        self.tamper("DELETE FROM audit_ends").await;
    }

    /// What a service does at its start.
    pub async fn settle(&self) {
        let trail = AuditTrail::new(self.app.shared.clone());
        trail.settle().await.unwrap();
    }

    /// As the tables' owner, without the key ring: removes lines from the tenant's chain and makes all that
    /// follows look as if they had never been.
    pub async fn cut(&self, from: i64, to: i64) {
        let tenant = self.tenant;
        let gone = format!("tenant_id = '{tenant}' AND chain_sequence BETWEEN {from} AND {to}");
        let count = to - from + 1;
        self.tamper(&format!(
            "DELETE FROM audit_signatures WHERE event_id IN (SELECT id FROM audit_events WHERE {gone});
             DELETE FROM audit_events WHERE {gone};
             UPDATE audit_events SET chain_sequence = {count} - chain_sequence WHERE tenant_id = '{tenant}' AND chain_sequence > {to};
             UPDATE audit_events SET chain_sequence = -chain_sequence WHERE tenant_id = '{tenant}' AND chain_sequence < 0;
             WITH RECURSIVE linked AS (
                SELECT id, chain_sequence, sha256(digest) AS hash FROM audit_events
                WHERE tenant_id = '{tenant}' AND chain_sequence = 1
                UNION ALL
                SELECT e.id, e.chain_sequence, sha256(l.hash || e.digest) FROM linked l
                JOIN audit_events e ON e.tenant_id = '{tenant}' AND e.chain_sequence = l.chain_sequence + 1
             ) UPDATE audit_events e SET chain_hash = l.hash FROM linked l WHERE l.id = e.id;
             UPDATE audit_chains SET (entries, hash) = (
                SELECT chain_sequence, chain_hash FROM audit_events WHERE tenant_id = '{tenant}' AND chain_sequence IS NOT NULL
                ORDER BY chain_sequence DESC LIMIT 1
             ) WHERE chain = '{tenant}'"
        ))
        .await;
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
