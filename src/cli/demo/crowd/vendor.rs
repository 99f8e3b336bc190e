//! The vendor's side of the made-up customers: whose looks they see, and who is told of their events.

use std::sync::Arc;

use anyhow::Context;
use fake_okta::FakeOkta;
use time::{Duration, OffsetDateTime};

use super::super::staff;
use super::receiver::{REFUSING, Receiver};
use crate::domain::audit::{Action, Actor};
use crate::domain::clock::Clock;
use crate::domain::id::StaffId;
use crate::flows::{EndpointRequest, Shared, Webhooks};

/// Older than anything that is told of.
const BEGINNING: Duration = Duration::days(110);
/// Since so long one of the endpoints fails; a day more, and it would be switched off.
const FAILING_FOR: Duration = Duration::hours(98);

/// A moment that stands still.
#[derive(Debug)]
struct Then(OffsetDateTime);

impl Clock for Then {
    fn now(&self) -> OffsetDateTime {
        self.0
    }
}

/// Makes the endpoints, at the first run; gives who of the staff looks at customers.
pub(super) async fn prepare(
    shared: &Shared,
    fake: &FakeOkta,
    receiver: &Receiver,
) -> anyhow::Result<StaffId> {
    let now = shared.clock.now();
    let then = Shared {
        clock: Arc::new(Then(now - BEGINNING)),
        ..shared.clone()
    };
    let webhooks = Webhooks::new(then);
    if webhooks.list().await?.is_empty() {
        endpoints(shared, &webhooks, receiver, now).await?;
    }
    let org = fake.org(staff::ORGANIZATION);
    let sam = staff::members(fake).into_iter().next();
    let sam = sam.and_then(|sam| org.person(&sam.login));
    let sam = sam.context("the vendor has nobody")?;
    let door = shared.staff.as_ref().context("the staff has no door")?;
    let whom = (&door.settings.issuer, sam.id.as_str());
    let called = (sam.full_name(), sam.login.as_str());
    let called = (called.0.as_str(), called.1);
    Ok(shared
        .store
        .add_sample_staff(whom, called, now - BEGINNING)
        .await?)
}

async fn endpoints(
    shared: &Shared,
    webhooks: &Webhooks,
    receiver: &Receiver,
    now: OffsetDateTime,
) -> anyhow::Result<()> {
    let attention = [Action::NeedsAttention, Action::Recovered];
    let attention = attention.map(|action| action.code().to_owned());
    for (path, events, description) in [
        ("/backups", vec![], "Starts and stops backups"),
        (
            "/tickets",
            attention.to_vec(),
            "Opens a ticket with support",
        ),
        (REFUSING, vec![], "Billing, which is being moved"),
    ] {
        let request = EndpointRequest {
            url: format!("{}{path}", receiver.origin()),
            events,
            description: description.to_owned(),
        };
        let made = webhooks.create(&request, Actor::CommandLine).await?;
        if path == REFUSING {
            let since = now - FAILING_FOR;
            let store = &shared.store;
            store.fail_sample_endpoint(made.endpoint, since).await?;
        }
    }
    Ok(())
}
