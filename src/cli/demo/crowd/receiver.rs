//! Where the demo's webhooks go: one address of this machine that takes what is sent to it, and another
//! path that never does, so that both can be seen. It reads no body and keeps nothing.

use std::io;
use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Where messages are refused.
pub(super) const REFUSING: &str = "/billing";
/// The longest head and body that are read.
const MOST: u64 = 1 << 20;

/// A running receiver, which ends when it is dropped.
#[derive(Debug)]
pub(super) struct Receiver {
    origin: String,
    running: JoinHandle<()>,
}

impl Receiver {
    /// At the port of the last run, if that is free; `kept` remembers it.
    pub(super) async fn start(kept: &Path) -> io::Result<Self> {
        let last = std::fs::read_to_string(kept).ok();
        let last = last.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        let listener = match TcpListener::bind(("127.0.0.1", last)).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(("127.0.0.1", 0)).await?,
        };
        let port = listener.local_addr()?.port();
        std::fs::write(kept, port.to_string())?;
        Ok(Self {
            origin: format!("http://127.0.0.1:{port}"),
            running: tokio::spawn(receive(listener)),
        })
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn receive(listener: TcpListener) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            // A sender that goes away is no concern of ours.
            tokio::spawn(async move { drop(answer(stream).await) });
        }
    }
}

async fn answer(stream: TcpStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    let mut head = (&mut stream).take(MOST);
    head.read_line(&mut first).await?;
    loop {
        let mut line = String::new();
        if head.read_line(&mut line).await? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = (&mut stream).take(length.min(MOST));
    tokio::io::copy(&mut body, &mut tokio::io::sink()).await?;
    let path = first.split(' ').nth(1).unwrap_or_default();
    let status = if path.starts_with(REFUSING) {
        "503 Service Unavailable"
    } else {
        "204 No Content"
    };
    let answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sent(origin: &str, path: &str) -> String {
        let address = origin.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).await.expect("a listener");
        let request =
            format!("POST {path} HTTP/1.1\r\nhost: {address}\r\nContent-Length: 4\r\n\r\nbody");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answer
    }

    #[tokio::test]
    async fn one_path_refuses_and_the_port_is_kept() {
        let kept = std::env::temp_dir().join(format!("grantway-receiver-{}", std::process::id()));
        let receiver = Receiver::start(&kept).await.expect("a port");
        let origin = receiver.origin().to_owned();
        assert!(sent(&origin, "/backups").await.contains(" 204 "));
        assert!(sent(&origin, "/billing").await.contains(" 503 "));
        assert_eq!(
            std::fs::read_to_string(&kept).expect("the port"),
            origin.rsplit(':').next().expect("a port")
        );
        std::fs::remove_file(&kept).expect("its file");
    }
}
