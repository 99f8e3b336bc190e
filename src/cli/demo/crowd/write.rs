//! One made-up customer, written down with its past: tokens that its organization knows, sealed as the
//! service seals them, and everything that led to them.

use anyhow::Context;
use fake_okta::{FakeOkta, IssuedTokens, OrgHandle};
use secrecy::SecretString;
use serde_json::json;
use time::Duration;

use super::agreed::Agreed;
use super::life::{self, LIFETIME};
use super::names::Company;
use super::onboarding;
use super::organization;
use super::past::{Cast, Past, When};
use super::plot::{Flavour, Plot};
use crate::domain::audit::{Action, AuditEvent};
use crate::domain::connection::{
    App, AttentionReason, ClientAuthMethod, ConnectionState, Edition, Organization,
};
use crate::domain::id::{AuthorizationId, ConnectionId, LinkId, PersonId, StaffId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::domain::token_set::ScopesSource;
use crate::flows::Shared;
use crate::store::{
    Authorized, NewConnection, NewTenant, SampleChange, SampleTenant, SealedBytes, SealedKey,
    SealedTokens,
};
use crate::vault::{Field, SealContext, SealError, Vault, client_key};

pub(super) async fn write(
    shared: &Shared,
    fake: &FakeOkta,
    staff: StaffId,
    company: Company,
) -> anyhow::Result<()> {
    let org = fake.org(&company.slug);
    let when = When::of(company.number, shared.clock.now());
    let agreed = Agreed::of(&shared.catalog, when.plot, &company, &org)?;
    let app = organization::app(&org, &company, &agreed.granted);
    let cast = cast(company, when, staff, &org, &app)?;
    let vault = &shared.vault;
    let secret = app.client_secret.map(SecretString::from);
    let seal_secret = |secret| seal(vault, &cast, (Field::ClientSecret, 1), secret);
    let secret = secret.as_ref().map(seal_secret).transpose()?;
    let mut past = Past::new(&cast);
    onboarding::tell(&mut past, secret.as_ref(), &agreed.version);
    if when.plot.is_authorized() {
        let (login, scopes) = (&agreed.identity.email, &agreed.granted);
        let issued = organization::tokens(&org, &app.client_id, login, scopes, when.signed_in_at);
        let outcome = authorized(&cast, &agreed, tokens(vault, &cast, &issued)?);
        let authorization = outcome.id;
        let change = SampleChange::Authorized(Box::new(outcome));
        past.step(when.signed_in_at, change, None);
        life::tell(&mut past, authorization);
    }
    let sample = SampleTenant {
        tenant: NewTenant {
            id: cast.tenant,
            name: cast.company.name.clone(),
            external_id: Some(cast.company.external_id()),
            expected_origin: Some(cast.organization.origin.clone()),
        },
        connection: connection(vault, &cast)?,
        steps: past.in_order(),
        now: when.now,
        webhooks_due_at: when.now + when.minutes(120, 10, 110),
    };
    shared.store.add_sample(&sample).await?;
    Ok(())
}

fn connection(vault: &Vault, cast: &Cast) -> Result<NewConnection, SealError> {
    let key = client_key::generate();
    Ok(NewConnection {
        id: cast.connection,
        key: SealedKey {
            private: seal(vault, cast, (Field::ClientKey, 1), &key.private_pem)?,
            id: key.kid,
            public: key.public_jwk,
        },
    })
}

fn cast(
    company: Company,
    when: When,
    staff: StaffId,
    org: &OrgHandle,
    app: &fake_okta::App,
) -> anyhow::Result<Cast> {
    let origin = OrgOrigin::from_stored(org.origin()).context("an organization has no origin")?;
    Ok(Cast {
        tenant: TenantId::new(),
        connection: ConnectionId::new(),
        link: LinkId::new(),
        person: PersonId::new(),
        staff,
        organization: Organization {
            origin,
            id: org.id().parse()?,
            edition: if when.plot == Plot::Works(Flavour::Classic) {
                Edition::Classic
            } else {
                Edition::IdentityEngine
            },
        },
        app: App {
            client_id: app.client_id.parse()?,
            auth_method: if when.plot.uses_secret(company.number) {
                ClientAuthMethod::ClientSecretBasic
            } else {
                ClientAuthMethod::PrivateKeyJwt
            },
        },
        company,
        when,
    })
}

fn seal(
    vault: &Vault,
    cast: &Cast,
    (field, generation): (Field, i64),
    secret: &SecretString,
) -> Result<SealedBytes, SealError> {
    let context = SealContext {
        tenant: cast.tenant,
        record: cast.connection.as_uuid(),
        field,
        generation,
        origin: (field != Field::ClientKey).then(|| cast.organization.origin.clone()),
    };
    let sealed = vault.seal(&context, secret)?;
    Ok(SealedBytes(sealed.into_bytes()))
}

/// The live tokens: many refreshes after the sign-in.
fn tokens(vault: &Vault, cast: &Cast, issued: &IssuedTokens) -> Result<SealedTokens, SealError> {
    let when = &cast.when;
    let ends_at = life::broke_at(when).unwrap_or(when.now);
    let generation = 1 + ((ends_at - when.signed_in_at).whole_minutes() / 48).max(0);
    let seal = |field, token: &str| {
        let token = SecretString::from(token);
        seal(vault, cast, (field, generation), &token)
    };
    let has_refresh = when.plot != Plot::Broken(AttentionReason::NoRefreshToken);
    let refresh = has_refresh.then(|| seal(Field::RefreshToken, &issued.refresh_token));
    Ok(SealedTokens {
        generation,
        access_token: seal(Field::AccessToken, &issued.access_token)?,
        access_expires_at: when.now + Duration::minutes(59),
        refresh_token: refresh.transpose()?,
        refresh_expires_at: has_refresh.then_some(when.signed_in_at + LIFETIME),
    })
}

fn authorized<'a>(cast: &'a Cast, agreed: &'a Agreed, tokens: SealedTokens) -> Authorized<'a> {
    let state = match cast.when.plot {
        Plot::OnHold => ConnectionState::OnHold,
        Plot::Broken(
            reason @ (AttentionReason::NotSuperAdministrator | AttentionReason::NoRefreshToken),
        ) => ConnectionState::NeedsAttention(reason),
        _ => ConnectionState::Connected,
    };
    Authorized {
        id: AuthorizationId::new(),
        tenant: cast.tenant,
        connection: cast.connection,
        organization: &cast.organization,
        state,
        ground: None,
        replaced: None,
        uses_next_app: true,
        next_generation: 1,
        person: cast.person,
        identity: &agreed.identity,
        link: Some(cast.link),
        lets_in: true,
        catalog_version: &agreed.version,
        catalog_content: &agreed.content,
        requested: &agreed.requested,
        granted: &agreed.granted,
        scopes_source: ScopesSource::TokenResponse,
        role: &agreed.role,
        tokens,
        session: None,
        event: connected(cast, agreed),
    }
}

fn connected(cast: &Cast, agreed: &Agreed) -> AuditEvent {
    cast.by_administrator(Action::Connected).with(json!({
        "okta_user": agreed.identity.subject,
        "granted": agreed.granted.to_names(),
        "source": ScopesSource::TokenResponse.code(),
        "super_administrator": agreed.role.to_columns().0,
    }))
}
