//! The load: a few kept-alive connections, each with one request under way at a time. As little work
//! as possible, because it shares the machine with what it measures.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections at a time.
const AT_ONCE: usize = 16;
/// No run is longer, whatever happens.
const LONGEST: Duration = Duration::from_secs(30);

/// Requests to one server, sent in turn.
#[derive(Debug, Clone)]
pub struct Load {
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
}

impl Load {
    /// Requests as method, path, headers and body.
    pub fn new(address: SocketAddr, requests: impl Iterator<Item = (String, String)>) -> Self {
        let requests = requests.map(|(head, body)| {
            let length = body.len();
            format!("{head}host: {address}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
        });
        Self {
            address,
            requests: requests.collect(),
        }
    }

    /// One answer's body.
    pub fn once(&self) -> anyhow::Result<Vec<u8>> {
        on_own_runtime(async {
            let mut line = Line::open(self.address).await?;
            let length = line.exchange(&self.requests[0]).await?;
            Ok(line.body(length).to_vec())
        })
    }

    /// Answers per second over so long. Every one must be a 200.
    pub fn run(&self, duration: Duration) -> anyhow::Result<f64> {
        ensure!(duration < LONGEST, "too long");
        on_own_runtime(async {
            let began = Instant::now();
            let end = began + duration;
            let lines = (0..AT_ONCE).map(|number| self.keep_asking(number, end));
            let all = futures_util::future::try_join_all(lines);
            let counts = tokio::time::timeout(LONGEST, all)
                .await
                .context("it hangs")??;
            Ok(f64::from(counts.iter().sum::<u32>()) / began.elapsed().as_secs_f64())
        })
    }

    async fn keep_asking(&self, number: usize, end: Instant) -> anyhow::Result<u32> {
        let mut line = Line::open(self.address).await?;
        // Each line begins elsewhere, so that they do not ask for the same at the same time.
        let first = number * self.requests.len() / AT_ONCE;
        let mut count = 0;
        for request in self.requests.iter().cycle().skip(first) {
            line.exchange(request).await?;
            count += 1;
            if Instant::now() >= end {
                break;
            }
        }
        Ok(count)
    }
}

fn on_own_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work)
}

/// One connection.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Line {
    async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; 512 * 1024],
            filled: 0,
        })
    }

    /// Sends a request and reads its answer to the end; where its body begins and ends.
    async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<(usize, usize)> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
            ensure!(read > 0, "the server closed the connection");
            self.filled += read;
            let seen = &self.buffer[..self.filled];
            let Some(head) = seen.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = std::str::from_utf8(&seen[..head])?;
            let length = length_of(text)?;
            if self.filled >= head + 4 + length {
                if !text.starts_with("HTTP/1.1 200") {
                    bail!("{text}\n{}", String::from_utf8_lossy(&seen[head + 4..]));
                }
                return Ok((head + 4, head + 4 + length));
            }
        }
    }

    fn body(&self, (begin, end): (usize, usize)) -> &[u8] {
        &self.buffer[begin..end]
    }
}

fn length_of(head: &str) -> anyhow::Result<usize> {
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    Ok(length.context("no content-length")?.parse()?)
}
