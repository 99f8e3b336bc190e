//! What the session that began a round trip becomes when it comes back well.

use super::Connect;
use crate::domain::id::PersonId;
use crate::domain::overtaken::Overtaken;
use crate::domain::session::{ADMINISTRATOR_LIFETIME, Session, Standing};
use crate::flows::FlowError;
use crate::flows::sessions::Fresh;
use crate::store::{Holder, NewStanding, Prepared};

/// What the session that began becomes.
pub(super) struct Succession {
    /// By what it may authorize.
    pub holder: Holder,
    /// Whether the person becomes an administrator by a link.
    pub lets_in: bool,
    pub fresh: Option<Fresh>,
}

impl Connect {
    /// A link's holder becomes the administrator who signed in. An administrator stays who they are:
    /// a colleague who signed in at Okta in their browser, or through a link that asks for one repair,
    /// authorized, but was not let in. A link that another tab of this browser came back with first has
    /// made its holder an administrator already.
    pub(super) fn succession(
        &self,
        session: &Session,
        prepared: &Prepared,
        person: PersonId,
    ) -> Result<Succession, FlowError> {
        let (holder, lets_in) = match &session.standing {
            Standing::Onboarding { link, .. } => {
                let found = prepared.link.ok_or(Overtaken::Link)?;
                match prepared.signed_in.filter(|_| !found.is_hand_off) {
                    _ if !found.is_used => (Holder::Link(*link), !found.is_hand_off),
                    Some(signed_in) => (Holder::Administrator(signed_in), false),
                    None => return Err(Overtaken::LinkUsed.into()),
                }
            }
            Standing::Administrator { person, .. } => (Holder::Administrator(*person), false),
            Standing::Visitor => return Err(FlowError::NotFound),
        };
        let becomes_administrator = lets_in || holder == Holder::Administrator(person);
        let ends_at = self.0.clock.now() + ADMINISTRATOR_LIFETIME;
        let fresh = session
            .tenant()
            .filter(|_| becomes_administrator)
            .map(|tenant| {
                let standing = NewStanding::Administrator { tenant, person };
                Fresh::new(session.family, standing, ends_at)
            });
        Ok(Succession {
            holder,
            lets_in,
            fresh,
        })
    }
}
