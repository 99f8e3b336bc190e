//! TLS in front of the tests' PostgreSQL, which itself listens on a socket. Root, certificate (for
//! `localhost`) and key are these tests' own and vouch for nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_rustls::TlsAcceptor;
use url::Url;

use super::SSL_REQUEST;
use crate::support::database::TestDatabase;

pub(super) const ROOT_FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/it/cli/database_tls/root.pem"
);

pub(super) struct Front {
    port: u16,
    database: String,
    user: String,
    passed: Arc<AtomicUsize>,
}

impl Front {
    pub(super) async fn before(database: &TestDatabase) -> Self {
        let url: Url = database.url.parse().unwrap();
        let facts: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        let socket = format!("{}/.s.PGSQL.{}", facts["host"], facts["port"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = Self {
            port: listener.local_addr().unwrap().port(),
            database: url.path().trim_start_matches('/').to_owned(),
            user: facts["user"].clone(),
            passed: Arc::default(),
        };
        let (acceptor, passed) = (acceptor(), Arc::clone(&front.passed));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, passed) = (acceptor.clone(), Arc::clone(&passed));
                tokio::spawn(pass_on(stream, acceptor, socket.clone(), passed));
            }
        });
        front
    }

    pub(super) fn url(&self, host: &str, query: &str) -> String {
        let Self {
            port,
            database,
            user,
            ..
        } = self;
        format!("postgres://{user}@{host}:{port}/{database}{query}")
    }

    /// How many connections came through to PostgreSQL.
    pub(super) fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }
}

fn acceptor() -> TlsAcceptor {
    let chain = CertificateDer::from_pem_slice(include_bytes!("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("server.key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn pass_on(
    mut stream: TcpStream,
    acceptor: TlsAcceptor,
    socket: String,
    passed: Arc<AtomicUsize>,
) {
    let mut request = [0; SSL_REQUEST.len()];
    let _ = stream.read_exact(&mut request).await;
    if request != SSL_REQUEST || stream.write_all(b"S").await.is_err() {
        return;
    }
    let Ok(mut inside) = acceptor.accept(stream).await else {
        return;
    };
    // In TLS 1.3 the other side may still turn away after what counts here as accepted.
    let mut first = [0; 1];
    if inside.read_exact(&mut first).await.is_err() {
        return;
    }
    passed.fetch_add(1, Ordering::SeqCst);
    let mut postgres = UnixStream::connect(&socket).await.unwrap();
    postgres.write_all(&first).await.unwrap();
    let _ = copy_bidirectional(&mut inside, &mut postgres).await;
}
