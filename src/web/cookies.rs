//! The one cookie: a random token that names a session. It says nothing by itself.

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use secrecy::SecretString;
use time::Duration;

use super::state::Site;
use crate::flows::disclose;

/// A 256-bit token in base64url has this many characters; nothing else is looked up.
const TOKEN_LENGTH: usize = 43;
/// How long browsers keep the cookie. How long it counts is the session's to say.
const KEPT_FOR: Duration = Duration::days(30);

/// The `__Host-` prefix makes browsers refuse the cookie from another host or without TLS
/// (RFC 6265bis §4.1.3.2); plain http on a loopback address cannot have it.
fn name(site: &Site) -> &'static str {
    if site.is_https() {
        "__Host-grantway"
    } else {
        "grantway"
    }
}

/// The token that the browser sent, if it can be one.
pub(super) fn token(site: &Site, jar: &CookieJar) -> Option<SecretString> {
    let value = jar.get(name(site))?.value();
    (value.len() == TOKEN_LENGTH).then(|| SecretString::from(value))
}

/// Gives the browser a new token. `Lax`, because the way back from Okta begins at another site.
pub(super) fn set(site: &Site, jar: CookieJar, token: &SecretString) -> CookieJar {
    let mut cookie = base(site, disclose(token).to_owned());
    cookie.set_max_age(KEPT_FOR);
    jar.add(cookie)
}

/// Takes the token away.
pub(super) fn clear(site: &Site, jar: CookieJar) -> CookieJar {
    // With all of its attributes: browsers keep a `__Host-` cookie that a plainer one tries to remove.
    let mut cookie = base(site, String::new());
    cookie.set_max_age(Duration::ZERO);
    jar.add(cookie)
}

fn base(site: &Site, value: String) -> Cookie<'static> {
    Cookie::build((name(site), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(site.is_https())
        .build()
}
