//! The way to the database. A server in between that answers "no TLS here" must get nothing: neither the
//! password nor a statement. So nothing is negotiated: what has to hold is settled before.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::{Host, Url};

use super::StoreError;
use crate::domain::database_tls::DatabaseTls;

/// Who can be in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A Unix socket, on which PostgreSQL knows no TLS.
    Socket,
    /// This machine alone.
    Loopback,
    Network,
}

/// How to connect to the database at `url`, as far as `wanted` (or else where it is) demands.
pub(super) fn options(
    url: &str,
    wanted: Option<DatabaseTls>,
) -> Result<PgConnectOptions, StoreError> {
    let options: PgConnectOptions = url.parse()?;
    let written = Written::in_url(url);
    let named = written.names_mode.then(|| options.get_ssl_mode());
    let mode = judge(Way::of(&options), named, options.get_ssl_mode(), wanted)?;
    let options = options.ssl_mode(mode);
    let verifies = matches!(mode, PgSslMode::VerifyFull | PgSslMode::VerifyCa);
    if verifies && !written.names_roots {
        return Ok(options.ssl_root_cert_from_pem(system_roots()));
    }
    Ok(options)
}

/// What of TLS stands in the address itself.
#[derive(Debug, Default)]
struct Written {
    names_mode: bool,
    names_roots: bool,
}

impl Written {
    fn in_url(url: &str) -> Self {
        let Ok(url) = Url::parse(url) else {
            return Self::default();
        };
        let mut written = Self {
            names_mode: false,
            names_roots: std::env::var_os("PGSSLROOTCERT").is_some(),
        };
        for (name, value) in url.query_pairs() {
            match &*name {
                "sslmode" | "ssl-mode" => written.names_mode = true,
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => {
                    written.names_roots = value != "system";
                }
                _ => {}
            }
        }
        written
    }
}

impl Way {
    fn of(options: &PgConnectOptions) -> Self {
        let host = options.get_host();
        if options.get_socket().is_some() || host.starts_with('/') {
            return Self::Socket;
        }
        let is_loopback = match Host::parse(host) {
            Ok(Host::Domain(name)) => name == "localhost",
            Ok(Host::Ipv4(address)) => address.is_loopback(),
            Ok(Host::Ipv6(address)) => address.is_loopback(),
            Err(_) => host
                .parse::<std::net::Ipv6Addr>()
                .is_ok_and(|address| address.is_loopback()),
        };
        if is_loopback {
            Self::Loopback
        } else {
            Self::Network
        }
    }
}

/// Settles how to connect. `named` is what the address says, `usual` what holds where nothing does.
fn judge(
    way: Way,
    named: Option<PgSslMode>,
    usual: PgSslMode,
    wanted: Option<DatabaseTls>,
) -> Result<PgSslMode, StoreError> {
    let least = match (way, wanted) {
        (Way::Socket, _) => return Ok(PgSslMode::Disable),
        (Way::Loopback, None) => return Ok(usual),
        (Way::Network, None) => DatabaseTls::VerifyFull,
        (Way::Loopback | Way::Network, Some(wanted)) => wanted,
    };
    let least_mode = match least {
        DatabaseTls::VerifyFull => PgSslMode::VerifyFull,
        DatabaseTls::Require => PgSslMode::Require,
        DatabaseTls::Off => PgSslMode::Disable,
    };
    match named {
        Some(named) if strength(named) < strength(least_mode) => Err(StoreError::WeakTls {
            named: name(named),
            least: least.name(),
        }),
        Some(named) => Ok(named),
        None => Ok(least_mode),
    }
}

/// What it holds against somebody in between. `verify-ca` takes the certificate of any name, and the
/// public roots are always among ours.
const fn strength(mode: PgSslMode) -> u8 {
    match mode {
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => 0,
        PgSslMode::Require | PgSslMode::VerifyCa => 1,
        PgSslMode::VerifyFull => 2,
    }
}

const fn name(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// The machine's roots (or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`), as PEM. One that cannot be read
/// must not keep the others from being used.
fn system_roots() -> Vec<u8> {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "some of the system's root certificates cannot be read");
    }
    let mut pem = String::new();
    for root in found.certs {
        if RootCertStore::empty().add(root.clone()).is_ok() {
            let body = STANDARD.encode(&root);
            pem.push_str("-----BEGIN CERTIFICATE-----\n");
            pem.push_str(&body);
            pem.push_str("\n-----END CERTIFICATE-----\n");
        }
    }
    pem.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str, wanted: Option<DatabaseTls>) -> Result<&'static str, String> {
        let options = options(url, wanted).map_err(|error| error.to_string())?;
        Ok(name(options.get_ssl_mode()))
    }

    #[test]
    fn over_a_network_the_server_proves_its_name_unless_something_else_is_named() {
        let far = "postgres://ada@db.example/x";
        assert_eq!(mode(far, None), Ok("verify-full"));
        assert_eq!(mode(far, Some(DatabaseTls::Require)), Ok("require"));
        assert_eq!(mode(far, Some(DatabaseTls::Off)), Ok("disable"));
        for near in [
            "postgres://ada@127.0.0.1/x",
            "postgres://ada@localhost/x",
            "postgres://ada@[::1]/x",
        ] {
            assert_eq!(mode(near, None), Ok("prefer"), "{near}");
            let strict = mode(near, Some(DatabaseTls::VerifyFull));
            assert_eq!(strict, Ok("verify-full"), "{near}");
        }
        for elsewhere in [
            "postgres://ada@127.0.0.1.evil.example/x",
            "postgres://ada@localhost.evil.example/x",
            "postgres://ada@127.0.0.1/x?host=db.example",
            "postgres://ada@127.0.0.1/x?hostaddr=203.0.113.5",
        ] {
            assert_eq!(mode(elsewhere, None), Ok("verify-full"), "{elsewhere}");
        }
        for socket in [
            "postgres://ada@%2Frun%2Fpostgresql/x",
            "postgres:///x?host=/run/postgresql&user=ada",
        ] {
            let strict = Some(DatabaseTls::VerifyFull);
            assert_eq!(mode(socket, strict), Ok("disable"), "{socket}");
        }
    }

    #[test]
    fn a_weaker_mode_in_the_address_does_not_win_silently() {
        for weak in ["disable", "allow", "prefer", "require", "verify-ca"] {
            let url = format!("postgres://ada@db.example/x?sslmode={weak}");
            let refused = mode(&url, None).unwrap_err();
            assert!(refused.contains(&format!("sslmode={weak}")), "{refused}");
            assert!(refused.contains("GRANTWAY_DATABASE_TLS"), "{refused}");
        }
        let url = "postgres://ada@db.example/x?ssl-mode=prefer";
        assert!(mode(url, Some(DatabaseTls::Require)).is_err());
        let url = "postgres://ada@db.example/x?sslmode=verify-full&sslmode=disable";
        assert!(mode(url, None).is_err(), "the last one counts");
        let url = "postgres://ada@db.example/x?sslmode=verify-full";
        assert_eq!(mode(url, Some(DatabaseTls::Off)), Ok("verify-full"));
        assert_eq!(mode(url, None), Ok("verify-full"));
    }
}
