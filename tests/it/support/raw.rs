//! Requests as bytes, for what no well-behaved client sends.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One answer, as it came.
#[derive(Debug)]
pub struct RawAnswer {
    pub status: u16,
    /// Headers and body.
    pub text: String,
}

/// Sends these bytes to `http://host:port` and reads until the other side has said all.
pub async fn send(origin: &str, bytes: &[u8]) -> RawAnswer {
    let address = origin.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may have answered, and closed, before all was sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("the server answers and closes");
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or_else(|| panic!("no HTTP answer to {}", String::from_utf8_lossy(bytes)));
    RawAnswer { status, text }
}

/// A GET of exactly this target.
pub async fn get(origin: &str, target: &str) -> RawAnswer {
    let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    send(origin, request.as_bytes()).await
}
