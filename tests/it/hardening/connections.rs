//! Connections that say nothing, or never end: they take places, and only so many for so long.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use grantway::web::{Bounds, Capacity, Patience};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::command::{command, configuration, free_port, signal};
use crate::support::database::TestDatabase;
use crate::support::outcome::eventually;
use crate::support::{Settings, TestApp, raw};

const SHORT: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_mins(1);

async fn app_with(capacity: Capacity, head: Duration, trusted: &'static str) -> TestApp {
    let patience = Patience {
        head,
        proxied_head: LONG,
        stalled: SHORT,
    };
    TestApp::start_with(Settings {
        bounds: Some(Bounds { capacity, patience }),
        trusted_proxies: trusted,
        ..Settings::default()
    })
    .await
}

fn room(in_all: usize, per_address: usize) -> Capacity {
    Capacity {
        in_all,
        per_address,
    }
}

/// A connection from an address of this machine's choice.
async fn connect(origin: &str, from: &str) -> TcpStream {
    let to: SocketAddr = origin.trim_start_matches("http://").parse().unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(to).await.unwrap()
}

/// The status of a page asked for from that address; 0 when nothing came.
async fn ask(origin: &str, from: &str) -> u16 {
    let mut stream = connect(origin, from).await;
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let _ = stream.write_all(request).await;
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut text));
    let _ = read.await;
    let text = String::from_utf8_lossy(&text).into_owned();
    let code = text.split(' ').nth(1).and_then(|code| code.parse().ok());
    code.unwrap_or(0)
}

/// Whether the other side has closed within this time.
async fn is_closed(stream: &mut TcpStream, within: Duration) -> bool {
    let mut bytes = [0; 1024];
    let closed = async {
        loop {
            match stream.read(&mut bytes).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        }
    };
    tokio::time::timeout(within, closed).await.is_ok()
}

#[tokio::test]
async fn silent_connections_take_no_more_than_their_share() {
    let app = app_with(room(12, 4), LONG, "").await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(connect(&app.url, "127.0.0.1").await);
    }
    assert_eq!(ask(&app.url, "127.0.0.1").await, 503);
    assert_eq!(ask(&app.url, "127.0.0.9").await, 200);
    for address in ["127.0.0.2", "127.0.0.3"] {
        for _ in 0..4 {
            held.push(connect(&app.url, address).await);
        }
    }
    // Now it is full, and the operators' listener is not.
    assert_eq!(ask(&app.url, "127.0.0.4").await, 503);
    let ready = raw::get(&app.admin_url, "/readyz").await;
    assert_eq!(ready.status, 200);

    drop(held);

    eventually("there is room again", async || {
        ask(&app.url, "127.0.0.1").await == 200
    })
    .await;
}

#[tokio::test]
async fn who_says_nothing_or_never_ends_a_head_is_left() {
    let app = app_with(room(100, 100), SHORT, "").await;
    let mut silent = connect(&app.url, "127.0.0.1").await;
    let mut slow = connect(&app.url, "127.0.0.1").await;
    let mut idle = connect(&app.url, "127.0.0.1").await;
    slow.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let began = Instant::now();
    let mut head = [0; 12];
    idle.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    // A byte now and then is no head either.
    for _ in 0..4 {
        tokio::time::sleep(SHORT / 3).await;
        let _ = slow.write_all(b"x: y\r\n").await;
    }

    for (name, stream) in [
        ("silent", &mut silent),
        ("slow", &mut slow),
        ("idle", &mut idle),
    ] {
        assert!(is_closed(stream, Duration::from_secs(5)).await, "{name}");
    }
    assert!(began.elapsed() >= SHORT);
}

#[tokio::test]
async fn who_asks_and_never_reads_is_left() {
    let app = app_with(room(100, 100), LONG, "").await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let to = app.url.trim_start_matches("http://").parse().unwrap();
    let mut stream = socket.connect(to).await.unwrap();
    let many = b"GET /static/app.css HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2_000);

    let sent = async { while stream.write_all(&many).await.is_ok() {} };

    let left = tokio::time::timeout(Duration::from_secs(20), sent).await;
    assert!(left.is_ok(), "the connection is still held");
}

#[tokio::test]
async fn a_named_proxy_is_held_to_neither_one_clients_share_nor_one_clients_patience() {
    let app = app_with(room(20, 2), SHORT, "127.0.0.0/8").await;
    let mut held = Vec::new();
    for _ in 0..10 {
        held.push(connect(&app.url, "127.0.0.1").await);
    }
    assert_eq!(ask(&app.url, "127.0.0.1").await, 200);
    tokio::time::sleep(SHORT * 2).await;

    assert!(!is_closed(&mut held[0], Duration::from_millis(50)).await);
}

/// The attack as it was found: a process with few descriptors, and almost as many silent connections.
#[tokio::test]
async fn silent_connections_leave_descriptors_for_the_operators_listener() {
    let database = TestDatabase::new().await;
    let (public, admin) = (free_port(), free_port());
    let (listen, admin_listen) = (format!("127.0.0.1:{public}"), format!("127.0.0.1:{admin}"));
    let mut variables = configuration(&database);
    variables.push(("GRANTWAY_LISTEN", &listen));
    variables.push(("GRANTWAY_ADMIN_LISTEN", &admin_listen));
    let serve = command(&["serve"], &variables);
    let program = serve.as_std().get_program().to_owned();
    let mut limited = tokio::process::Command::new("sh");
    limited
        .args(["-c", "ulimit -n 256; exec \"$0\" serve"])
        .arg(program)
        .env_clear()
        .envs(variables.iter().copied())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true);
    let mut running = limited.spawn().unwrap();
    let (url, admin_url) = (format!("http://{listen}"), format!("http://{admin_listen}"));
    eventually("it serves", async || {
        TcpStream::connect(&admin_listen).await.is_ok() && ask(&admin_url, "127.0.0.1").await == 200
    })
    .await;

    let mut held = Vec::new();
    for number in 0..245 {
        let from = format!("127.0.1.{}", number % 40);
        held.push(connect(&url, &from).await);
    }

    for path in ["/readyz", "/healthz"] {
        assert_eq!(raw::get(&admin_url, path).await.status, 200, "{path}");
    }
    drop(held);
    eventually("customers are served again", async || {
        ask(&url, "127.0.0.1").await == 200
    })
    .await;
    signal(&running, "TERM").await;
    assert_eq!(running.wait().await.unwrap().code(), Some(0));
}
