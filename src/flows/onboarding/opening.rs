//! Opening a link. A GET uses nothing up and ends no session: where the browser holds something else, the
//! person is asked first, and what is open stays open beside it.

use secrecy::SecretString;
use uuid::Uuid;

use super::Onboarding;
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{LinkId, SessionId, TenantId};
use crate::domain::onboarding_link::{LinkProblem, OnboardingLink};
use crate::domain::session::{Session, Standing};
use crate::flows::FlowError;
use crate::flows::sessions::Fresh;
use crate::store::NewStanding;
use crate::vault;

/// Whether the person said that the link is to be opened beside what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// A GET, which a mail program or another site may have sent.
    NotAsked,
    /// With what has to go for it, where a browser can hold no more.
    Given { replaces: Option<SessionId> },
}

/// A link that opened.
#[derive(Debug)]
pub enum Opened {
    /// The browser gets this session cookie.
    Session {
        link: LinkId,
        token: SecretString,
        replaces: Option<SessionId>,
    },
    /// This browser began with the link, and goes on.
    Ongoing(LinkId),
    /// The link has done its work in this very browser, whose administrator is still signed in.
    AlreadyConnected(TenantId),
    /// Something else is open in this browser. Nothing happened yet.
    AsksFirst { account: String },
}

/// Something that is open in a browser.
#[derive(Debug, Clone)]
pub struct OpenHere {
    pub session: SessionId,
    pub tenant: TenantId,
    pub account: String,
    /// An onboarding's; `None` where an administrator is signed in.
    pub link: Option<LinkId>,
    /// Who is signed in; empty for an onboarding.
    pub person: String,
}

impl Onboarding {
    /// Opens a link. The browser that began with it goes on; before anyone began, every browser may look.
    pub async fn open(
        &self,
        token: &SecretString,
        sessions: &[Session],
        consent: Consent,
    ) -> Result<Opened, FlowError> {
        let (store, now) = (&self.0.store, self.0.clock.now());
        let found = store.open_link(&vault::fingerprint(token), now).await?;
        let link = found.ok_or(LinkProblem::Unknown)?;
        let claimant = |session: &&Session| Some(session.family) == link.claimed_by;
        let family = sessions.iter().find(claimant).map(|session| session.family);
        match link.check(family, now) {
            Ok(()) => {}
            Err(LinkProblem::Used) if administers(sessions, link.tenant) => {
                return Ok(Opened::AlreadyConnected(link.tenant));
            }
            Err(problem) => return Err(problem.into()),
        }
        let own = sessions.iter().find(|session| is_of(session, &link));
        if family.is_some() && own.is_some() {
            return Ok(Opened::Ongoing(link.id));
        }
        if own.is_none() && consent == Consent::NotAsked && sessions.iter().any(counts) {
            let tenant = store.find_tenant(link.tenant).await?;
            return Ok(Opened::AsksFirst {
                account: tenant.ok_or(FlowError::NotFound)?.name,
            });
        }
        // What nobody has done anything with yet goes: whoever planted it in this browser gains nothing.
        let goes = own.or_else(|| sessions.iter().find(|session| !counts(session)));
        let replaces = match (goes, consent) {
            (Some(session), _) => Some(session.id),
            (None, Consent::Given { replaces }) => replaces,
            (None, Consent::NotAsked) => None,
        };
        self.enter(&link, replaces).await
    }

    async fn enter(
        &self,
        link: &OnboardingLink,
        replaces: Option<SessionId>,
    ) -> Result<Opened, FlowError> {
        let now = self.0.clock.now();
        // A browser keeps its family only with the link that it began with.
        let family = link.claimed_by.unwrap_or_else(Uuid::now_v7);
        let standing = NewStanding::Onboarding {
            tenant: link.tenant,
            link: link.id,
        };
        let fresh = Fresh::new(family, standing, link.expires_at);
        self.0.store.open_session(&fresh.new, replaces, now).await?;
        let event = AuditEvent::new(link.tenant, Actor::LinkHolder(link.id), Action::LinkOpened);
        self.0.store.record(&event, now).await?;
        Ok(Opened::Session {
            link: link.id,
            token: fresh.token,
            replaces,
        })
    }

    /// What is open in a browser with these sessions, by name.
    pub async fn open_here(&self, sessions: &[Session]) -> Result<Vec<OpenHere>, FlowError> {
        let mut open = Vec::new();
        for session in sessions {
            let (tenant, link, person) = match &session.standing {
                Standing::Visitor => continue,
                Standing::Onboarding { tenant, link } => (*tenant, Some(*link), String::new()),
                Standing::Administrator {
                    tenant,
                    name,
                    email,
                    ..
                } => {
                    let person = if name.is_empty() { email } else { name };
                    (*tenant, None, person.clone())
                }
            };
            if let Some(found) = self.0.store.find_tenant(tenant).await? {
                open.push(OpenHere {
                    session: session.id,
                    tenant,
                    account: found.name,
                    link,
                    person,
                });
            }
        }
        Ok(open)
    }
}

/// Whether somebody would lose something by the session's end.
fn counts(session: &Session) -> bool {
    session.standing != Standing::Visitor
}

fn is_of(session: &Session, of: &OnboardingLink) -> bool {
    matches!(session.standing, Standing::Onboarding { link, .. } if link == of.id)
}

fn administers(sessions: &[Session], of: TenantId) -> bool {
    let is_one = |session: &Session| matches!(session.standing, Standing::Administrator { tenant, .. } if tenant == of);
    sessions.iter().any(is_one)
}
