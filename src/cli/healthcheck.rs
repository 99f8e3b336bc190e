//! `grantway healthcheck`.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::{Failure, output};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Default: `/readyz` at `GRANTWAY_ADMIN_LISTEN`
    url: Option<Url>,
}

pub(super) async fn run(args: Args) -> Result<(), Failure> {
    let url = args.url.map_or_else(default_url, Ok)?;
    let asked = tokio::time::timeout(Duration::from_secs(5), ask(&url)).await;
    match asked {
        Ok(Ok(line)) if line.split(' ').nth(1) == Some("200") => {
            output::say("ready");
            Ok(())
        }
        Ok(Ok(line)) => Err(Failure::Failed(format!("not ready: {line}"))),
        Ok(Err(error)) => Err(Failure::Failed(format!("no answer at {url}: {error}"))),
        Err(_) => Err(Failure::Failed(format!(
            "no answer at {url} within 5 seconds"
        ))),
    }
}

fn default_url() -> Result<Url, Failure> {
    let listen =
        std::env::var("GRANTWAY_ADMIN_LISTEN").unwrap_or_else(|_| "127.0.0.1:9464".to_owned());
    let address: SocketAddr = listen.parse().map_err(|_| {
        Failure::Usage("GRANTWAY_ADMIN_LISTEN is not an IP address with a port".to_owned())
    })?;
    // A service that listens everywhere is asked here.
    let host = if address.ip().is_unspecified() {
        "127.0.0.1".to_owned()
    } else {
        address.ip().to_string()
    };
    Url::parse(&format!("http://{host}:{}/readyz", address.port())).map_err(Failure::failed)
}

/// The status line of a plain GET: a container's own service is on loopback and speaks no TLS.
async fn ask(url: &Url) -> std::io::Result<String> {
    let (host, port) = (
        url.host_str().unwrap_or("127.0.0.1"),
        url.port_or_known_default().unwrap_or(80),
    );
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n",
        url.path()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned())
}
