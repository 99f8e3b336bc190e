//! Behind a real `PgBouncer`, where one is installed: what works, and what is refused at the start.
//! `scripts/setup test` installs it.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::command::{configuration, free_port, run};
use crate::support::database::TestDatabase;
use crate::support::{Settings, TestApp};

const LOSES: &str = "loses prepared statements";

/// A pooler in front of a test's database; ends with the test.
struct Pooler {
    child: Child,
    folder: PathBuf,
    port: u16,
}

impl Pooler {
    /// None, said aloud, where it is not installed; with `E2E_REQUIRED=1` that is a failure.
    #[expect(clippy::print_stderr, reason = "says why nothing was tested")]
    async fn start(database: &TestDatabase, settings: &str) -> Option<Self> {
        let Some(program) = installed() else {
            let message = "PgBouncer is not installed: `scripts/setup test` does it";
            assert!(std::env::var_os("E2E_REQUIRED").is_none(), "{message}");
            eprintln!("skipped: {message}");
            return None;
        };
        let url: url::Url = database.url.parse().unwrap();
        let (_, socket) = url.query_pairs().find(|(name, _)| name == "host").unwrap();
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("grantway-pooler-{port}"));
        fs::create_dir_all(&folder).unwrap();
        let users = folder.join("users.txt");
        fs::write(&users, "\"postgres\" \"\"\n\"grantway_service\" \"\"\n").unwrap();
        let ini = folder.join("pgbouncer.ini");
        let users = users.display();
        let text = format!(
            "[databases]\n* = host={socket} port=5432\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = {users}\n{settings}\n"
        );
        fs::write(&ini, text).unwrap();
        let mut command = Command::new(program);
        // It refuses to run as root, and the server's socket is for its user alone.
        if fs::metadata("/proc/self")
            .is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
        {
            command.args(["-u", "postgres"]);
        }
        let child = command.arg("-q").arg(&ini);
        let child = child
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pooler = Self {
            child,
            folder,
            port,
        };
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return Some(pooler);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("PgBouncer does not listen");
    }

    /// The same database through it.
    fn url(&self, database_url: &str) -> String {
        let url: url::Url = database_url.parse().unwrap();
        let (_, user) = url.query_pairs().find(|(name, _)| name == "user").unwrap();
        let (port, database) = (self.port, url.path());
        format!("postgresql://{user}@127.0.0.1:{port}{database}?sslmode=disable")
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push("/usr/sbin".into());
    let programs = folders.into_iter().map(|folder| folder.join("pgbouncer"));
    programs.into_iter().find(|program| program.is_file())
}

const PARAMETERS: &str = "ignore_startup_parameters = extra_float_digits";

/// Each command that would use the database, with what it says and its exit status.
async fn assert_refused(settings: &str, words: &str) {
    let database = TestDatabase::new().await;
    let Some(pooler) = Pooler::start(&database, settings).await else {
        return;
    };
    let (owner, service) = (pooler.url(&database.url), pooler.url(&database.service_url));
    for (args, url, migrates) in [
        (&["serve"][..], &service, "false"),
        (&["serve"], &owner, "true"),
        (&["migrate"], &owner, "true"),
        (&["tenant", "invite", "--name", "Acme"], &service, "true"),
        (&["keyring", "rotate"], &service, "true"),
    ] {
        let mut variables = configuration(&database);
        variables.retain(|(name, _)| *name != "DATABASE_URL");
        let listen = format!("127.0.0.1:{}", free_port());
        let admin = format!("127.0.0.1:{}", free_port());
        variables.extend([
            ("DATABASE_URL", url.as_str()),
            ("GRANTWAY_MIGRATE", migrates),
            ("GRANTWAY_LISTEN", &listen),
            ("GRANTWAY_ADMIN_LISTEN", &admin),
        ]);
        run(args, &variables)
            .await
            .assert_code(2)
            .assert_complains(words);
    }
    assert_eq!(database.count("tenants").await, 0);
}

#[tokio::test]
async fn transaction_mode_without_prepared_statements_is_refused() {
    assert_refused(&format!("pool_mode = transaction\n{PARAMETERS}"), LOSES).await;
}

#[tokio::test]
async fn a_pooler_that_goes_round_its_sessions_is_refused() {
    let round = "pool_mode = transaction\nserver_round_robin = 1\nmin_pool_size = 3";
    assert_refused(&format!("{round}\n{PARAMETERS}"), LOSES).await;
}

#[tokio::test]
async fn a_pooler_with_one_session_for_all_is_refused() {
    let one = "pool_mode = transaction\ndefault_pool_size = 1";
    assert_refused(&format!("{one}\n{PARAMETERS}"), LOSES).await;
}

#[tokio::test]
async fn statement_mode_is_refused() {
    assert_refused(&format!("pool_mode = statement\n{PARAMETERS}"), LOSES).await;
}

#[tokio::test]
async fn a_pooler_that_refuses_how_connections_begin_is_named() {
    assert_refused("pool_mode = session", "ignore_startup_parameters").await;
}

#[tokio::test]
async fn session_mode_works() {
    let database = TestDatabase::new().await;
    let Some(pooler) =
        Pooler::start(&database, &format!("pool_mode = session\n{PARAMETERS}")).await
    else {
        return;
    };
    let url = pooler.url(&database.service_url);
    let mut variables = configuration(&database);
    let owner = pooler.url(&database.url);
    variables.retain(|(name, _)| *name != "DATABASE_URL");
    variables.push(("DATABASE_URL", &owner));
    run(&["migrate"], &variables).await.assert_code(0);
    let app = TestApp::start_on(database, &url, Settings::default()).await;
    let invited = app.invite().await;
    let landed = app
        .browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;
    landed.assert_status(200);
    app.browser().get("/readyz").await.assert_status(200);
}

/// The database was away at the start, so the pooler is recognized when it is back.
#[tokio::test]
async fn a_service_behind_the_wrong_pooler_is_not_ready() {
    let database = TestDatabase::new().await;
    let settings = format!("pool_mode = transaction\n{PARAMETERS}");
    let Some(pooler) = Pooler::start(&database, &settings).await else {
        return;
    };
    let url = pooler.url(&database.service_url);
    let app = TestApp::start_on(database, &url, Settings::default()).await;
    let answer = app.browser().get("/readyz").await;
    answer
        .assert_status(503)
        .assert_says("a connection pooler that it cannot live behind");
}
