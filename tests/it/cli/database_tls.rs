//! Somebody between the service and PostgreSQL, who says that there is no TLS, or brings a certificate of
//! their own; and a PostgreSQL behind TLS as it should be.

mod front;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use self::front::Front;
use crate::support::command::{Ran, configuration, run};
use crate::support::database::TestDatabase;
use crate::support::settings::KEY_RING;

const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Answers `N` to whoever asks for TLS, and plays on in the open.
struct InBetween {
    port: u16,
    asked: Arc<AtomicUsize>,
    /// What came after that, which is what it wanted.
    heard: Arc<Mutex<Vec<u8>>>,
}

impl InBetween {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let between = Self {
            port: listener.local_addr().unwrap().port(),
            asked: Arc::default(),
            heard: Arc::default(),
        };
        let (asked, heard) = (Arc::clone(&between.asked), Arc::clone(&between.heard));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(strip(stream, Arc::clone(&asked), Arc::clone(&heard)));
            }
        });
        between
    }

    fn url(&self, query: &str) -> String {
        format!(
            "postgres://grantway:CANARY@127.0.0.1:{}/x{query}",
            self.port
        )
    }

    fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap().clone()
    }
}

async fn strip(mut stream: TcpStream, asked: Arc<AtomicUsize>, heard: Arc<Mutex<Vec<u8>>>) {
    let mut bytes = [0; 4096];
    // Whether it was told to send its password in the open.
    let mut is_told = false;
    while let Ok(count @ 1..) = stream.read(&mut bytes).await {
        if bytes[..count] == SSL_REQUEST {
            asked.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(b"N").await;
            continue;
        }
        heard.lock().unwrap().extend_from_slice(&bytes[..count]);
        if std::mem::replace(&mut is_told, true) {
            return;
        }
        let _ = stream.write_all(&[b'R', 0, 0, 0, 8, 0, 0, 0, 3]).await;
    }
}

async fn ran_with(args: &[&str], url: &str, tls: &[(&str, &str)]) -> Ran {
    let mut variables = vec![
        ("DATABASE_URL", url),
        ("GRANTWAY_PUBLIC_URL", "https://connect.example.com"),
        ("GRANTWAY_KEYRING", KEY_RING),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
        ("GRANTWAY_LISTEN", "127.0.0.1:0"),
        ("GRANTWAY_ADMIN_LISTEN", "127.0.0.1:0"),
    ];
    variables.extend(tls);
    run(args, &variables).await
}

/// Every command that opens the database.
const COMMANDS: [&[&str]; 7] = [
    &["serve"],
    &["migrate"],
    &[
        "tenant",
        "invite",
        "--name",
        "Acme",
        "--org",
        "acme.okta.com",
    ],
    &["api-key", "list"],
    &["keyring", "rotate"],
    &["webhook", "list"],
    &["audit", "verify"],
];

#[tokio::test]
async fn who_strips_tls_gets_neither_the_password_nor_a_statement_from_any_command() {
    let between = InBetween::start().await;
    for tls in ["verify-full", "require"] {
        for args in COMMANDS {
            let url = between.url("");
            let ran = ran_with(args, &url, &[("GRANTWAY_DATABASE_TLS", tls)]).await;
            ran.assert_code(1).assert_complains("TLS");
            assert!(!format!("{ran:?}").contains("CANARY"), "{ran:?}");
        }
    }
    assert!(between.asked.load(Ordering::SeqCst) >= 14);
    assert_eq!(between.heard(), Vec::<u8>::new());

    // The same position is worth everything where the operator gave the way up by name.
    let open = [("GRANTWAY_DATABASE_TLS", "off")];
    ran_with(&["migrate"], &between.url(""), &open)
        .await
        .assert_code(1);
    let heard = String::from_utf8_lossy(&between.heard()).into_owned();
    assert!(heard.contains("CANARY"), "{heard:?}");
}

#[tokio::test]
async fn a_weaker_sslmode_in_the_address_is_refused_by_name() {
    let between = InBetween::start().await;
    for (query, tls) in [
        ("?sslmode=prefer", "verify-full"),
        ("?sslmode=disable", "require"),
        ("?ssl-mode=require", "verify-full"),
    ] {
        for args in COMMANDS {
            let url = between.url(query);
            let ran = ran_with(args, &url, &[("GRANTWAY_DATABASE_TLS", tls)]).await;
            ran.assert_code(2)
                .assert_complains("DATABASE_URL says sslmode=")
                .assert_complains("GRANTWAY_DATABASE_TLS");
        }
    }
    assert_eq!(between.asked.load(Ordering::SeqCst), 0);
    assert_eq!(between.heard(), Vec::<u8>::new());
    let far = "postgres://ada:CANARY@db.invalid/x?sslmode=require";
    let ran = ran_with(&["migrate"], far, &[]).await;
    ran.assert_code(2)
        .assert_complains("sslmode=require, and verify-full is demanded");
}

#[tokio::test]
async fn an_unknown_word_is_named_with_those_that_there_are() {
    let database = TestDatabase::new().await;
    let mut variables = configuration(&database);
    variables.push(("GRANTWAY_DATABASE_TLS", "verify-ca"));
    for args in [&["serve"][..], &["migrate"]] {
        let ran = run(args, &variables).await;
        ran.assert_code(2)
            .assert_complains("GRANTWAY_DATABASE_TLS is none of verify-full")
            .assert_complains("require")
            .assert_complains("off");
    }
}

#[tokio::test]
async fn a_server_that_proves_its_name_is_used_and_another_one_is_not() {
    let database = TestDatabase::new().await;
    let front = Front::before(&database).await;
    let roots = front::ROOT_FILE;
    let strict = [("GRANTWAY_DATABASE_TLS", "verify-full")];
    let right = front.url("localhost", &format!("?sslrootcert={roots}"));
    ran_with(&["api-key", "list"], &right, &strict)
        .await
        .assert_code(0);
    ran_with(&["migrate"], &right, &strict).await.assert_code(0);
    // The system's roots, where a file takes their place.
    let of_system = [strict[0], ("SSL_CERT_FILE", roots)];
    let plain = front.url("localhost", "");
    ran_with(&["migrate"], &plain, &of_system)
        .await
        .assert_code(0);
    let passed = front.passed();
    assert!(passed >= 3, "{passed}");

    // A certificate that nobody vouches for, and one for another name.
    let unknown = ran_with(&["migrate"], &plain, &strict).await;
    unknown.assert_code(1).assert_complains("TLS");
    let other = front.url("127.0.0.1", &format!("?sslrootcert={roots}"));
    let other = ran_with(&["migrate"], &other, &strict).await;
    other.assert_code(1).assert_complains("TLS");
    assert_eq!(front.passed(), passed, "nothing got through");
    // Said by name, an unknown certificate will do.
    let require = [("GRANTWAY_DATABASE_TLS", "require")];
    ran_with(&["migrate"], &plain, &require)
        .await
        .assert_code(0);
}

/// A socket has no TLS, and nobody in between.
#[tokio::test]
async fn a_socket_needs_none_however_strict_the_setting_is() {
    let database = TestDatabase::new().await;
    let mut variables = configuration(&database);
    variables.push(("GRANTWAY_DATABASE_TLS", "verify-full"));

    run(&["api-key", "list"], &variables).await.assert_code(0);
}
