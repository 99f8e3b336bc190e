//! The private server as the demo uses it: starts, keeps its data, and never outlives us.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use grantway::private_postgres::{Options, PrivatePostgres, StartError};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::support::database::fast_folder;

/// A folder for a server, which the server's user can reach also when root runs the tests.
fn folder() -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix("gw-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .tempdir_in(fast_folder())
        .unwrap()
}

fn quick(dir: &Path) -> Options {
    Options {
        durable: false,
        ..Options::kept_in(dir)
    }
}

fn is_alive(pid: u32) -> bool {
    signal(pid, "0")
}

/// Through the shell's own `kill`: a minimal system has no program of that name.
fn signal(pid: u32, signal: &str) -> bool {
    let kill = format!("kill -{signal} {pid} 2>/dev/null");
    Command::new("sh")
        .args(["-c", &kill])
        .status()
        .unwrap()
        .success()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "not within 20 seconds: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test]
async fn an_address_serves_both_sqlx_and_pg_dump() {
    let dir = folder();
    let server = PrivatePostgres::start(quick(dir.path())).await.unwrap();
    server.create_database("grant way").await.unwrap();
    server.create_database("grant way").await.unwrap();
    let url = server.url("grant way");

    let options: PgConnectOptions = url.parse().unwrap();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("create table seen (word text); insert into seen values ('größer')")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();

    let dump = Command::new(server.bin_dir().join("pg_dump"))
        .arg(&url)
        .output()
        .unwrap();
    assert!(
        dump.status.success(),
        "{}",
        String::from_utf8_lossy(&dump.stderr)
    );
    assert!(String::from_utf8_lossy(&dump.stdout).contains("größer"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn data_is_kept_and_the_address_stays_the_same() {
    let dir = folder();
    let first = PrivatePostgres::start(quick(dir.path())).await.unwrap();
    first.create_database("kept").await.unwrap();
    let (url, pid) = (first.url("kept"), first.server_pid().unwrap());
    first.stop().await.unwrap();
    assert!(!is_alive(pid));

    let second = PrivatePostgres::start(quick(dir.path())).await.unwrap();
    assert_eq!(second.url("kept"), url);
    PgConnection::connect(&url)
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_long_path_with_a_comma_works() {
    let dir = folder();
    let odd = dir.path().join("a, b").join("x".repeat(100));
    let server = PrivatePostgres::start(quick(&odd)).await.unwrap();
    PgConnection::connect(&server.url("postgres"))
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
}

#[tokio::test]
async fn an_ephemeral_folder_vanishes_with_its_server() {
    let dir = folder();
    let inner = dir.path().join("inner");
    let server = PrivatePostgres::start(Options::ephemeral_in(&inner))
        .await
        .unwrap();
    let pid = server.server_pid().unwrap();
    drop(server);
    assert!(!is_alive(pid));
    assert!(!inner.exists());
}

#[tokio::test]
async fn data_of_another_version_is_named_and_left_alone() {
    let dir = folder();
    fs::create_dir(dir.path().join("cluster")).unwrap();
    fs::write(dir.path().join("cluster/PG_VERSION"), "8\n").unwrap();
    let error = PrivatePostgres::start(quick(dir.path())).await.unwrap_err();
    assert!(
        matches!(error, StartError::OtherVersion { found: 8, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("Install PostgreSQL 8"));
}

#[tokio::test]
async fn a_server_that_does_not_come_up_is_quoted() {
    let dir = folder();
    let options = quick(dir.path()).setting("shared_buffers", "plenty");
    let error = PrivatePostgres::start(options)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("invalid value for parameter \"shared_buffers\""),
        "{error}"
    );
}

#[tokio::test]
async fn a_second_user_of_the_folder_is_refused() {
    let dir = folder();
    let _first = PrivatePostgres::start(quick(dir.path())).await.unwrap();
    let second = PrivatePostgres::start(quick(dir.path())).await;
    assert!(matches!(second, Err(StartError::InUse(_))));
}

#[tokio::test]
async fn a_server_that_crashed_starts_again() {
    let dir = folder();
    let server = PrivatePostgres::start(quick(dir.path())).await.unwrap();
    let pid = server.server_pid().unwrap();
    assert!(signal(pid, "9"));
    wait_until("the server is gone", || !is_alive(pid));
    drop(server);
    assert!(
        dir.path().join("cluster/postmaster.pid").exists(),
        "the crash left its pid file"
    );

    let again = PrivatePostgres::start(quick(dir.path())).await.unwrap();
    assert_ne!(again.server_pid(), Some(pid));
    PgConnection::connect(&again.url("postgres"))
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_pid_file_whose_number_went_to_another_process_is_ignored() {
    let dir = folder();
    PrivatePostgres::start(quick(dir.path()))
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    let stale = format!("{}\n{}\n", std::process::id(), dir.path().display());
    fs::write(dir.path().join("cluster/postmaster.pid"), stale).unwrap();
    PrivatePostgres::start(quick(dir.path()))
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_is_left_running_when_we_are_killed_and_the_next_run_starts_at_once() {
    let dir = folder();
    let (mut owner, pid) = another_process_with_a_server_in(dir.path());
    owner.kill().unwrap();
    owner.wait().unwrap();

    // Started while the old server may still be shutting down.
    let next = PrivatePostgres::start(quick(dir.path())).await.unwrap();
    assert!(!is_alive(pid));
    next.stop().await.unwrap();
}

const OWNER_DIR: &str = "GRANTWAY_TEST_OWNER_DIR";

/// Runs the test below in a process of its own, which waits to be killed.
fn another_process_with_a_server_in(dir: &Path) -> (Child, u32) {
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "private_postgres::owns_a_server_until_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(OWNER_DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let pid = lines
        .map_while(Result::ok)
        .find_map(|line| line.rsplit_once("server pid ")?.1.parse().ok())
        .expect("the other process started a server");
    (owner, pid)
}

#[test]
#[ignore = "run by another test, in a process that it kills"]
fn owns_a_server_until_killed() {
    let Some(dir) = std::env::var_os(OWNER_DIR) else {
        return;
    };
    let server = PrivatePostgres::start_blocking(&quick(Path::new(&dir))).unwrap();
    #[expect(clippy::print_stdout, reason = "the other process reads it")]
    {
        println!("server pid {}", server.server_pid().unwrap());
    }
    std::thread::sleep(Duration::from_mins(1));
}
