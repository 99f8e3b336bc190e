//! Taking Okta away and bringing it back: nothing listens meanwhile.

use fake_okta::{FakeOkta, Options, OrgSeed, Seed};

use super::app::TestApp;

/// What comes back after an outage: the organizations with their people and apps, at their addresses.
/// Browser sessions and codes are lost.
#[derive(Debug)]
pub struct Outage(Options);

impl TestApp {
    /// Okta stops listening.
    pub async fn stop_okta(&mut self) -> Outage {
        let clock = self.fake.clock().clone();
        let organizations = self.fake.organizations().iter().map(|org| {
            let state = org.state();
            OrgSeed {
                name: state.name,
                id: state.id,
                edition: state.edition,
                port: state.port,
                people: state.people,
                apps: state.apps,
                unlicensed: state.unlicensed,
            }
        });
        let seed = Seed {
            organizations: organizations.collect(),
        };
        let nobody = FakeOkta::start(Options::default()).await.unwrap();
        std::mem::replace(&mut self.fake, nobody).shutdown().await;
        Outage(Options {
            clock,
            ..Options::new(seed)
        })
    }

    /// Okta listens again, where it listened before.
    pub async fn start_okta(&mut self, outage: Outage) {
        self.fake = FakeOkta::start(outage.0).await.unwrap();
    }
}
