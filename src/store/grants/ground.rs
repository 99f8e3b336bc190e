//! What an outcome rests on, looked at once more in the transaction that stores it: whatever was ended
//! while somebody was at Okta stays ended.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::authorization_attempt::AuthorizationAttempt;
use crate::domain::connection::ConnectionState;
use crate::domain::id::{AuthorizationId, LinkId, PersonId, TenantId};
use crate::domain::identity::Identity;
use crate::domain::overtaken::Overtaken;
use crate::store::{Store, StoreError};

/// What stood when the round trip began, and has to stand still.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The connection's state as it was read: what follows was computed from it.
    pub state: ConnectionState,
    /// Begun by this browser, at this organization, with this app.
    pub attempt: &'a AuthorizationAttempt,
    pub holder: Holder,
}

/// By what the browser may authorize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A link that has not done its work.
    Link(LinkId),
    /// An administrator who is signed in.
    Administrator(PersonId),
}

/// What an authorization is prepared from.
#[derive(Debug, Clone, Copy)]
pub struct Prepared {
    /// Of the tenant's next token set.
    pub generation: i64,
    /// Whoever signed in at Okta, if known.
    pub person: Option<PersonId>,
    /// The link by which the browser came, if it is there.
    pub link: Option<LinkFacts>,
    /// Who is signed in with us in that browser by now.
    pub signed_in: Option<PersonId>,
}

/// What has become of a link.
#[derive(Debug, Clone, Copy)]
pub struct LinkFacts {
    pub is_hand_off: bool,
    pub is_used: bool,
}

#[derive(sqlx::FromRow)]
struct PreparedRow {
    generation: i64,
    person: Option<Uuid>,
    has_link: bool,
    is_hand_off: bool,
    is_used: bool,
    signed_in: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct ConnectionNow {
    state: String,
    attention_reason: Option<String>,
    ended_at: Option<OffsetDateTime>,
    organization_origin: Option<String>,
    client_id: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Standing {
    is_stored: bool,
    has_session: bool,
    link: String,
}

impl Store {
    /// What the tenant's next authorization is prepared from, in the browser with this session family.
    pub async fn prepare_authorization(
        &self,
        tenant: TenantId,
        identity: &Identity,
        (family, link): (Uuid, Option<LinkId>),
        at: OffsetDateTime,
    ) -> Result<Prepared, StoreError> {
        let row: PreparedRow = sqlx::query_as(
            "SELECT coalesce((SELECT generation FROM token_sets WHERE connection_id = c.id), c.last_generation) + 1 AS generation,
                    (SELECT id FROM people WHERE tenant_id = $1 AND issuer = $6 AND okta_user_id = $2) AS person,
                    l.id IS NOT NULL AS has_link, l.asked_by IS NOT NULL AS is_hand_off, l.completed_at IS NOT NULL AS is_used,
                    (SELECT person_id FROM sessions
                     WHERE tenant_id = $1 AND family = $4 AND person_id IS NOT NULL AND revoked_at IS NULL AND expires_at > $5
                     ORDER BY created_at DESC LIMIT 1) AS signed_in
             FROM connections c LEFT JOIN onboarding_links l ON l.tenant_id = $1 AND l.id = $3
             WHERE c.tenant_id = $1",
        )
        .bind(tenant.as_uuid())
        .bind(&identity.subject)
        .bind(link.map(|link| link.as_uuid()))
        .bind(family)
        .bind(at)
        .bind(identity.issuer.as_str())
        .fetch_one(&self.pool)
        .await?;
        Ok(Prepared {
            generation: row.generation,
            person: row.person.map(PersonId::from_uuid),
            link: row.has_link.then_some(LinkFacts {
                is_hand_off: row.is_hand_off,
                is_used: row.is_used,
            }),
            signed_in: row.signed_in.map(PersonId::from_uuid),
        })
    }
}

/// Takes the connection, then looks at all that the outcome rests on. `false` when it was stored by a try
/// before this one; [`StoreError::Overtaken`] names what has ended; [`StoreError::Raced`] asks for another
/// try from the facts as they are now.
pub(in crate::store) async fn stand(
    connection: &mut PgConnection,
    outcome: AuthorizationId,
    ground: &Ground<'_>,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let found = take_connection(connection, ground.attempt).await?;
    let now = read_standing(connection, outcome, ground, at).await?;
    let ended = |what| Err(StoreError::Overtaken(what));
    if now.is_stored {
        return Ok(false);
    }
    if found.has_ended(ground) {
        return ended(Overtaken::Disconnected);
    }
    if !found.is_set_up_as(ground.attempt) {
        return ended(Overtaken::Settings);
    }
    if let Holder::Link(_) = ground.holder {
        match now.link.as_str() {
            "stands" => {}
            // By another tab, or by another attempt of the same link.
            "used" => return Err(StoreError::Raced),
            _ => return ended(Overtaken::Link),
        }
    }
    if !now.has_session {
        return ended(Overtaken::Session);
    }
    if found.state() == Some(ground.state) {
        Ok(true)
    } else {
        Err(StoreError::Raced)
    }
}

/// Waits for whoever has the connection; what is read is from after that.
async fn take_connection(
    connection: &mut PgConnection,
    attempt: &AuthorizationAttempt,
) -> Result<ConnectionNow, StoreError> {
    let row: Option<ConnectionNow> = sqlx::query_as(
        "SELECT state, attention_reason, ended_at,
                CASE WHEN $3 THEN coalesce(next_organization_origin, organization_origin)
                     ELSE organization_origin END AS organization_origin,
                CASE WHEN $3 THEN next_client_id ELSE client_id END AS client_id
         FROM connections WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
    )
    .bind(attempt.tenant.as_uuid())
    .bind(attempt.connection.as_uuid())
    .bind(attempt.uses_next_app)
    .fetch_optional(connection)
    .await?;
    row.ok_or(StoreError::Missing {
        table: "connections",
    })
}

impl ConnectionNow {
    fn state(&self) -> Option<ConnectionState> {
        ConnectionState::from_columns(&self.state, self.attention_reason.as_deref())
    }

    /// Since the round trip began; or, where an older version of this program ended it, since it was read.
    fn has_ended(&self, ground: &Ground<'_>) -> bool {
        let gone = ConnectionState::Disconnected;
        self.ended_at
            .is_some_and(|end| end > ground.attempt.begun_at())
            || (self.state() == Some(gone) && ground.state != gone)
    }

    fn is_set_up_as(&self, attempt: &AuthorizationAttempt) -> bool {
        self.organization_origin.as_deref() == Some(attempt.origin.as_str())
            && self.client_id.as_deref() == Some(attempt.client_id.as_str())
    }
}

/// Everything else that may have ended, after the wait for the connection. A further condition on a
/// sign-in, such as on who the person is, goes here.
async fn read_standing(
    connection: &mut PgConnection,
    outcome: AuthorizationId,
    ground: &Ground<'_>,
    at: OffsetDateTime,
) -> Result<Standing, StoreError> {
    let (link, person) = match ground.holder {
        Holder::Link(link) => (Some(link.as_uuid()), None),
        Holder::Administrator(person) => (None, Some(person.as_uuid())),
    };
    Ok(sqlx::query_as(
        "SELECT EXISTS (SELECT FROM authorizations WHERE id = $2) AS is_stored,
                EXISTS (SELECT FROM sessions
                        WHERE tenant_id = $1 AND family = $3 AND (link_id = $4 OR person_id = $5)
                          AND revoked_at IS NULL AND expires_at > $6) AS has_session,
                CASE WHEN l.id IS NULL OR l.revoked_at IS NOT NULL OR l.expires_at <= $6 THEN 'ended'
                     WHEN l.completed_at IS NOT NULL THEN 'used' ELSE 'stands' END AS link
         FROM (SELECT) one LEFT JOIN onboarding_links l ON l.tenant_id = $1 AND l.id = $4",
    )
    .bind(ground.attempt.tenant.as_uuid())
    .bind(outcome.as_uuid())
    .bind(ground.attempt.session_family)
    .bind(link)
    .bind(person)
    .bind(at)
    .fetch_one(connection)
    .await?)
}
