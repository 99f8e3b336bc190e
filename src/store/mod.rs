//! What is kept in PostgreSQL: the only SQL of the house, one file per table family.
//!
//! Every finder takes the tenant's id first, except those that a secret leads to (a link's or a
//! session's hash). A store never calls the network, never seals or opens a secret, and keeps no
//! transaction open for its callers.

mod address;
mod api_keys;
mod attempts;
mod audit;
mod broker;
mod catalogs;
mod checks;
mod connections;
mod disconnect;
mod doors;
mod error;
mod fitness;
mod grants;
mod health;
mod idempotency;
mod links;
mod look_up;
mod measures;
mod migrations;
mod order;
mod organizations;
mod overview;
mod people;
mod refreshes;
mod renewal;
mod revocations;
mod samples;
mod sealed;
mod sessions;
mod staff;
mod states;
mod tenant_list;
mod tenants;
mod timeline;
mod tokens;
mod visits;
mod webhooks;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

pub use api_keys::NewApiKey;
pub use attempts::{ConsumedAttempt, Entry, HeldRecord, Holding, NewAttempt, Weighed};
pub use audit::{ChainEnd, SignedEnd, StaleEnd, TrailEntry, TrailPlace, Way};
pub use broker::{AccessRecord, AccessToken, ConnectionAccess};
pub use checks::{Asked, CheckRecord, Claim, EvidenceByScope, Finished, LastCheck, StoredChange};
pub use connections::{
    ConnectionRecord, EnteredApp, LastFailure, NewConnection, NextApp, SealedKey,
};
pub use disconnect::Ended;
pub use doors::{ClosedDoors, DoorRecord, LinkDoor};
pub use error::{StoreError, Trouble};
pub use fitness::Unfit;
pub use grants::{
    AuthorizationFacts, Authorized, GrantRecord, Ground, Holder, Prepared, SealedTokens, TokenFacts,
};
pub use health::DatabaseHealth;
pub use idempotency::{MarkTimes, Marked, RequestMark};
pub use links::{HandOffAsker, LinkListing, NewLink};
pub use look_up::{FoundTenant, IndexEntry, IndexFacts, LookUpPlace};
pub use measures::PoolState;
pub use migrations::migrate_as_owner;
pub use overview::{
    EndpointBacklog, FunnelCount, MOST, MOST_LINKS, RefreshDay, RefreshLag, StateCount,
};
pub use people::{Membership, PersonRecord, Recognized, RemovedPerson, RoleLook};
pub use refreshes::{DueNotice, Failed, Lease, Refreshed, Standing, Told, UpkeepRecord};
pub use revocations::{ClaimedRevocation, Ending, LastTry, RevocationRecord, Revoked};
pub use samples::{SampleChange, SampleStep, SampleTenant, SampleUpkeep, SettledSample};
pub use sealed::{Resealed, SEALED_COLUMNS, SealedColumn, SealedRow};
pub use sessions::{NewSession, NewStanding, SessionHash};
pub use staff::{
    ConsumedStaffSignIn, LiveStaffSession, NewStaffSession, NewStaffSignIn, StaffFacts,
    StaffRefusal,
};
pub use tenant_list::{Narrowed, TenantListing};
pub use tenants::{NewTenant, Tenant};
pub use timeline::{Happening, TimelinePlace};
pub use tokens::TokenRecord;
pub use visits::{NewVisit, Visit};
pub use webhooks::{
    DeliveryFilter, DeliveryRecord, EarlierSecret, EndpointRecord, EndpointSecrets, Finish,
    LaneClaim, NewEndpoint, Outgoing, Replay, Taken, Verdict, Waiting,
};

use crate::domain::audit::AuditSigner;
use crate::domain::database_tls::DatabaseTls;

/// A SHA-256 hash: how links, sessions and states are looked up without being stored.
pub type Hash = [u8; 32];

/// A ciphertext of the vault's, as a `bytea` column keeps it. The store never looks inside.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedBytes(pub Vec<u8>);

impl std::fmt::Debug for SealedBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedBytes({} bytes)", self.0.len())
    }
}

/// Connections that one process holds at most.
pub const POOL_SIZE: u32 = 8;

/// What each connection begins with. A process that stands still inside a transaction, or whose host is
/// gone, would hold its locks for as long as its connection lasts; none of ours waits for anything but the
/// database inside one. And every statement of ours reads little: where PostgreSQL expects more, starting
/// helpers takes it longer than the reading.
const HABITS: &str =
    "SET idle_in_transaction_session_timeout = '10s'; SET max_parallel_workers_per_gather = 0";

/// The door to the database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
    signer: AuditSigner,
    /// That the address is one to live at is looked at until it was once seen.
    is_fit: Arc<AtomicBool>,
    /// Whether the ends of older chains could not be signed, as far as this process saw.
    ends_refused: Arc<AtomicBool>,
}

impl Store {
    /// A store on the database at `url`. Connects only when first used, so that the service starts,
    /// and says so in its health, while PostgreSQL is down; `tls` is what the operator accepts on the way
    /// there, `signer` vouches for each line of the
    /// audit trail.
    pub fn connect_lazily(
        url: &str,
        tls: Option<DatabaseTls>,
        signer: AuditSigner,
    ) -> Result<Self, StoreError> {
        let options = address::options(url, tls)?.application_name("grantway");
        let pool = PgPoolOptions::new()
            .max_connections(POOL_SIZE)
            // Long enough for a busy moment, short enough that a person gets a page.
            .acquire_timeout(Duration::from_secs(3))
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::Executor::execute(connection, HABITS).await?;
                    Ok(())
                })
            })
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if renewal::is_over(meta.age) {
                        return Ok(false);
                    }
                    // A connection that rested may have died with its server: ask before trusting it.
                    // Within one request they do not rest so long.
                    if meta.idle_for < Duration::from_millis(10) {
                        return Ok(true);
                    }
                    Ok(sqlx::Connection::ping(connection).await.is_ok())
                })
            })
            .connect_lazy_with(options);
        Ok(Self {
            pool,
            signer,
            is_fit: Arc::default(),
            ends_refused: Arc::default(),
        })
    }

    /// Waits until nobody uses the database any more.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// The only way a row may say that it changed nothing where something had to.
fn expect_one(
    result: &sqlx::postgres::PgQueryResult,
    table: &'static str,
) -> Result<(), StoreError> {
    match result.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Missing { table }),
    }
}
