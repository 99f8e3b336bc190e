//! Troubles of a whole server: it restarts, or its disk is full.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::stage::{Stage, Trouble};
use crate::support::database::{OwnCluster, TestDatabase};
use crate::support::{Settings, TestApp};

async fn on(cluster: &OwnCluster) -> Stage {
    let unused = TestDatabase::new().await;
    let app = TestApp::start_on(unused, &cluster.url, Settings::default()).await;
    Stage::set(app, cluster.pool.clone()).await
}

struct Restart(OwnCluster);

impl Trouble for Restart {
    const DETAIL: &'static str = "the database cannot be reached";

    async fn begin(&mut self) {
        self.0.stop_server().await;
    }

    async fn end(&mut self) {
        self.0.start_server().await;
    }
}

#[tokio::test]
async fn a_server_that_restarts() {
    let cluster = OwnCluster::start().await;
    let stage = on(&cluster).await;
    stage.survive(&mut Restart(cluster)).await;
}

/// A small file system of the test's own, in memory.
struct Disk(PathBuf);

impl Disk {
    /// None where this machine lets nobody mount one.
    fn mount() -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("grantway-disk-{}", std::process::id()));
        fs::create_dir_all(&folder).ok()?;
        let mounted = run(
            "mount",
            &["-t", "tmpfs", "-o", "size=192m,mode=755", "tmpfs"],
            &folder,
        );
        if !mounted {
            let _ = fs::remove_dir(&folder);
            return None;
        }
        Some(Self(folder))
    }

    fn fill(&self) {
        let mut file = fs::File::create(self.0.join("filler")).unwrap();
        let block = vec![1; 1 << 16];
        while file.write_all(&block).is_ok() {}
        while file.write_all(&[1]).is_ok() {}
    }

    fn clear(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l"], &self.0);
        let _ = fs::remove_dir(&self.0);
    }
}

fn run(program: &str, args: &[&str], folder: &Path) -> bool {
    let ended = Command::new(program).args(args).arg(folder).output();
    ended.is_ok_and(|output| output.status.success())
}

impl Trouble for Disk {
    const DETAIL: &'static str = "the database's disk is full";

    async fn begin(&mut self) {
        self.fill();
    }

    async fn end(&mut self) {
        self.clear();
    }
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "says why nothing was tested")]
async fn a_disk_that_is_full() {
    let Some(mut disk) = Disk::mount() else {
        eprintln!("skipped: no file system can be mounted here, so no disk can be filled");
        return;
    };
    let cluster = OwnCluster::start_in(&disk.0).await;
    let stage = on(&cluster).await;
    stage.survive(&mut disk).await;
    drop(stage);
    drop(cluster);
}
