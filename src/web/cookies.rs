//! The cookies: a few for administrators and onboardings, and one of the vendor's own people. Each is a
//! random token that names a session, and says nothing by itself; neither kind is ever read in the place
//! of the other.

use std::borrow::Cow;

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use secrecy::SecretString;
use time::Duration;

use super::state::Site;
use crate::domain::staff::STAFF_LIFETIME;
use crate::flows::disclose;

/// A 256-bit token in base64url has this many characters; nothing else is looked up.
const TOKEN_LENGTH: usize = 43;
/// How long browsers keep an administrator's cookie. How long it counts is the session's to say.
const KEPT_FOR: Duration = Duration::days(30);

/// Which of a browser's cookies. A browser can hold several sessions at once, so that one onboarding does
/// not end another, nor an administrator's visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(u8);

impl Place {
    const MOST: u8 = 6;

    pub(super) fn all() -> impl Iterator<Item = Self> {
        (1..=Self::MOST).map(Self)
    }
}

/// Whose cookie it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Administrator(Place),
    Staff,
}

impl Whose {
    /// The `__Host-` prefix makes browsers refuse the cookie from another host or without TLS
    /// (RFC 6265bis §4.1.3.2); plain http on a loopback address cannot have it.
    fn name(self, site: &Site) -> Cow<'static, str> {
        let name: Cow<str> = match self {
            Self::Administrator(Place(1)) => "grantway".into(),
            Self::Administrator(Place(number)) => format!("grantway-{number}").into(),
            Self::Staff => "grantway-staff".into(),
        };
        if site.is_https() {
            format!("__Host-{name}").into()
        } else {
            name
        }
    }

    const fn kept_for(self) -> Duration {
        match self {
            Self::Administrator(_) => KEPT_FOR,
            Self::Staff => STAFF_LIFETIME,
        }
    }

    /// The token that the browser sent, if it can be one.
    pub(super) fn token(self, site: &Site, jar: &CookieJar) -> Option<SecretString> {
        let value = jar.get(&self.name(site))?.value();
        (value.len() == TOKEN_LENGTH).then(|| SecretString::from(value))
    }

    /// Gives the browser a new token. `Lax`, because the way back from Okta, or from the vendor's own
    /// identity provider, begins at another site.
    pub(super) fn set(self, site: &Site, jar: CookieJar, token: &SecretString) -> CookieJar {
        let mut cookie = self.base(site, disclose(token).to_owned());
        cookie.set_max_age(self.kept_for());
        jar.add(cookie)
    }

    /// Takes the token away.
    pub(super) fn clear(self, site: &Site, jar: CookieJar) -> CookieJar {
        // With all of its attributes: browsers keep a `__Host-` cookie that a plainer one tries to remove.
        let mut cookie = self.base(site, String::new());
        cookie.set_max_age(Duration::ZERO);
        jar.add(cookie)
    }

    fn base(self, site: &Site, value: String) -> Cookie<'static> {
        Cookie::build((self.name(site), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(site.is_https())
            .build()
    }
}
