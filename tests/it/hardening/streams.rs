//! Many pages that watch the same check: whoever opens them by the hundred slows nobody else down.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use grantway::domain::api_key::ApiRole;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::outcome::eventually;
use crate::support::{Browser, Invited, TestApp};

/// An administrator whose check is asked for and never run, so that a page watches for as long as it may.
async fn waiting() -> (TestApp, Invited, Browser) {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser
        .connect(&app, &invited, "ada@acme.example")
        .await
        .assert_status(200);
    (app, invited, browser)
}

fn events_of(invited: &Invited) -> String {
    format!("/tenants/{}/events", invited.tenant)
}

/// Opens a stream and reads its first line; the connection stays open.
async fn open(app: &TestApp, invited: &Invited, browser: &Browser) -> (u16, TcpStream) {
    let address = app.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: x\r\nCookie: grantway={}\r\n\r\n",
        events_of(invited),
        browser.session_cookie().unwrap()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    let read = stream.read_exact(&mut head);
    tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("an answer")
        .unwrap();
    let status = String::from_utf8_lossy(&head[9..]).parse().unwrap();
    (status, stream)
}

async fn read_until(stream: &mut TcpStream, words: &str) -> String {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.contains(words) {
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut bytes));
        let count = read.await.expect("more comes").unwrap();
        assert!(count > 0, "it ended without “{words}”: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    text
}

#[expect(clippy::print_stdout, reason = "the figures are for whoever runs it")]
#[tokio::test]
async fn hundreds_of_streams_of_one_person_do_not_slow_the_api() {
    let (app, invited, browser) = waiting().await;
    let caller = app.caller(ApiRole::Support).await;
    let status = format!("/tenants/{}/status", invited.tenant);
    let mut answers: BTreeMap<u16, Vec<TcpStream>> = BTreeMap::new();
    // As many as one address may hold beside the program below.
    for _ in 0..90 {
        let (status, stream) = open(&app, &invited, &browser).await;
        answers.entry(status).or_default().push(stream);
    }
    let counts: Vec<_> = answers
        .iter()
        .map(|(code, held)| (*code, held.len()))
        .collect();
    assert_eq!(counts, [(200, 6), (429, 84)]);

    app.log.take_statements();
    let began = Instant::now();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let looks = app.log.take_statements().len();
    let seconds = began.elapsed().as_secs_f64();
    let began = Instant::now();
    caller.get(&status).await.assert_status(200);
    let took = began.elapsed();

    println!("{looks} statements in {seconds:.1} s for the streams; one API call took {took:?}");
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let per_second = looks as f64 / seconds;
    assert!(per_second < 15.0, "{per_second} statements a second");
    // A tab that is closed makes room for another.
    drop(answers);
    eventually("a place is free", async || {
        open(&app, &invited, &browser).await.0 == 200
    })
    .await;
}

#[tokio::test]
async fn every_page_is_told_by_the_one_who_looks() {
    let (app, invited, browser) = waiting().await;
    let mut streams = Vec::new();
    for _ in 0..6 {
        let (status, stream) = open(&app, &invited, &browser).await;
        assert_eq!(status, 200);
        streams.push(stream);
    }
    for stream in &mut streams {
        let text = read_until(stream, "event: progress").await;
        let head = text.to_lowercase();
        assert!(head.contains("cache-control: no-store\r\n"), "{head}");
        assert!(head.contains("x-accel-buffering: no\r\n"), "{head}");
    }
    let over = "UPDATE checks SET finished_at = now(), outcome = 'superseded', changes = '[]', started_at = now()";
    app.database.change(over).await;

    for stream in &mut streams {
        read_until(stream, "event: finished").await;
    }
}

#[tokio::test]
async fn open_streams_do_not_hold_up_the_end_of_the_service() {
    let (mut app, invited, browser) = waiting().await;
    let (status, mut stream) = open(&app, &invited, &browser).await;
    assert_eq!(status, 200);
    read_until(&mut stream, "event: progress").await;

    let began = Instant::now();
    app.stop().await;

    assert!(began.elapsed() < Duration::from_secs(5));
}
