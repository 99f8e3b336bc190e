//! Okta goes away, and comes back: nothing that was granted is called missing meanwhile.

use fake_okta::{FakeOkta, Options, Seed};
use time::Duration;

use super::rows::{checks_of, connection_of, open};
use super::world::{Connected, World};

/// An organization whose tokens outlive its going away.
struct Leaving {
    world: World,
    connected: Connected,
    options: Options,
    _folder: tempfile::TempDir,
}

impl Leaving {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            state_file: Some(folder.path().join("state.json")),
            ..Options::new(Seed::sample(&["acme"]))
        };
        let world = World::with(options.clone()).await;
        let connected = world.connect_acme().await;
        world.check(connected.tenant).await;
        Self {
            world,
            connected,
            options,
            _folder: folder,
        }
    }

    async fn go(&mut self) {
        let nobody = FakeOkta::start(Options::default()).await.unwrap();
        let fake = std::mem::replace(&mut self.world.fake, nobody);
        fake.shutdown().await;
    }

    async fn come_back(&mut self) {
        self.world.fake = FakeOkta::start(self.options.clone()).await.unwrap();
    }

    fn advance(&self, by: Duration) {
        self.world.clock.advance(by);
        self.options.clock.advance(by.whole_seconds());
    }

    async fn check(&self) {
        self.world.check(self.connected.tenant).await;
    }

    /// Effective, failed to check, and missing.
    async fn counts(&self) -> [usize; 3] {
        let grants = self.world.status(self.connected.tenant).await.grants;
        let failed = grants
            .scopes()
            .filter(|s| s.state().code() == "check_failed");
        [
            grants.effective_count(),
            failed.count(),
            grants.lacking().count(),
        ]
    }

    /// Moves the time to when the next check is due, which must be soon.
    async fn wait_for_the_next(&self) {
        let next = open(&self.world.database.pool, self.connected.tenant).await;
        let distance = next.due_at - self.world.shared.clock.now();
        assert!(distance <= Duration::minutes(31), "only in {distance}");
        self.advance(distance + Duration::seconds(1));
    }
}

#[tokio::test]
async fn an_outage_in_the_middle_is_shown_as_a_failed_check_and_passes() {
    let mut okta = Leaving::new().await;
    okta.world
        .database
        .change("UPDATE checks SET due_at = now() WHERE outcome IS NULL")
        .await;
    okta.go().await;

    okta.check().await;

    assert_eq!(okta.counts().await, [0, 24, 0]);
    okta.come_back().await;
    okta.wait_for_the_next().await;
    okta.check().await;
    assert_eq!(okta.counts().await, [24, 0, 0]);
}

#[tokio::test]
async fn an_outage_at_the_renewal_of_the_token_fails_the_check_and_changes_nothing() {
    let mut okta = Leaving::new().await;
    okta.advance(Duration::hours(27));
    okta.go().await;

    okta.check().await;

    let pool = &okta.world.database.pool;
    let checks = checks_of(pool, okta.connected.tenant).await;
    let failed = (checks[1].outcome.as_deref(), checks[1].failure.as_deref());
    assert_eq!(failed, (Some("failed"), Some("okta_unreachable")));
    assert_eq!(okta.counts().await, [24, 0, 0], "as it was seen last");
    let state = connection_of(pool, okta.connected.tenant).await;
    assert_eq!(state, ("connected".to_owned(), None));
    okta.come_back().await;
    okta.wait_for_the_next().await;
    okta.check().await;
    let checks = checks_of(&okta.world.database.pool, okta.connected.tenant).await;
    assert_eq!(checks[2].outcome.as_deref(), Some("complete"));
}
