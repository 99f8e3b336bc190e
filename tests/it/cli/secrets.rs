//! Where a key lies, and where it must not: files that others can read, pictures of the memory.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;

use grantway::vault::KeyRing;
use secrecy::SecretString;
use tokio::process::Command;

use crate::support::command::{command, configuration, free_port, run, signal};
use crate::support::database::TestDatabase;
use crate::support::outcome::eventually;

#[tokio::test]
async fn a_new_key_is_written_into_a_file_of_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keyring");
    let shown = path.to_str().unwrap();

    let ran = run(&["keyring", "generate", "--out", shown], &[]).await;

    ran.assert_code(0);
    assert!(ran.stdout.contains(shown), "{ran:?}");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(KeyRing::parse(&SecretString::from(text.trim_end())).is_ok());
    let material = text.trim_end().split_once(':').unwrap().1;
    assert!(!format!("{ran:?}").contains(material), "it was printed too");

    // A key that is in use is never written over.
    let again = run(&["keyring", "generate", "--out", shown], &[]).await;
    again.assert_code(1).assert_complains(shown);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn no_picture_of_the_services_memory_is_written_when_it_is_killed() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (public, admin) = (free_port(), free_port());
    let (listen, admin_listen) = (format!("127.0.0.1:{public}"), format!("127.0.0.1:{admin}"));
    let mut variables = configuration(&database);
    variables.push(("GRANTWAY_LISTEN", &listen));
    variables.push(("GRANTWAY_ADMIN_LISTEN", &admin_listen));
    let serve = command(&["serve"], &variables);
    let mut running = Command::new("sh")
        .args(["-c", "ulimit -c unlimited 2>/dev/null; exec \"$0\" serve"])
        .arg(serve.as_std().get_program())
        .env_clear()
        .envs(variables.iter().copied())
        .current_dir(folder.path())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    eventually("it listens", async || {
        tokio::net::TcpStream::connect(&listen).await.is_ok()
    })
    .await;
    let limits = format!("/proc/{}/limits", running.id().unwrap());
    if let Ok(limits) = std::fs::read_to_string(limits) {
        let core = limits
            .lines()
            .find(|line| line.contains("core file"))
            .unwrap();
        let numbers: Vec<_> = core.split_whitespace().skip(4).take(2).collect();
        assert_eq!(numbers, ["0", "0"], "{core}");
    }

    signal(&running, "ABRT").await;

    let ended = running.wait().await.unwrap();
    assert_eq!(ended.signal(), Some(6));
    assert!(!ended.core_dumped());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
