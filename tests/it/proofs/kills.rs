//! `kill -9` at random moments of refreshes. Afterwards every tenant works; only where a refresh token
//! was spent, its successor died with the process, and the leeway has passed, somebody has to connect
//! again, and is told why.

use std::time::Duration;

use futures_util::future::join_all;

use super::dice::Dice;
use super::fates::Tally;
use super::service::Service;
use super::stage::{LEEWAY, Stage, of};
use crate::checks::world::Connected;

/// Tenants that are refreshed in one round: each is at another point when the process dies.
const TENANTS: usize = 6;
/// The victim's call, its successor's, and one to spare. More would be a loop.
const MOST_CALLS: usize = 3;
/// A lease has to run out, and a busy machine is slow.
const SETTLES_WITHIN: Duration = Duration::from_mins(1);

/// How one round goes.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// With one replica, another process is started after the kill; with two, the other takes over.
    replicas: usize,
    /// Okta's leeway passes between the kill and the next try.
    past_leeway: bool,
}

impl Plan {
    const fn of(number: usize) -> Self {
        Self {
            replicas: 1 + number % 2,
            past_leeway: number % 5 == 2,
        }
    }
}

/// Rounds that run one after the other, on a stage of their own.
struct Lane {
    stage: Stage,
    dice: Dice,
    tenants: Vec<Connected>,
    services: Vec<Service>,
}

impl Lane {
    async fn new(seed: u64) -> Self {
        let stage = Stage::new().await;
        Self {
            tenants: stage.connect(TENANTS).await,
            stage,
            dice: Dice::new(seed),
            services: Vec::new(),
        }
    }

    async fn round(&mut self, plan: Plan) -> Tally {
        self.staff(plan.replicas).await;
        let dice = &mut self.dice;
        let calls = u32::try_from(TENANTS * MOST_CALLS).unwrap();
        self.stage
            .script(calls, || (dice.below(300), dice.below(300)));
        self.stage.org().clear_requests();
        let before = self.stage.stored().await;
        self.stage.make_due(&self.tenants).await;
        self.stage.asked(1).await;
        tokio::time::sleep(Duration::from_millis(self.dice.below(700))).await;
        let victim = self.dice.below(self.services.len() as u64);
        let victim = self.services.swap_remove(usize::try_from(victim).unwrap());
        victim.kill().await;
        if plan.past_leeway {
            self.stage.world.fake.clock().advance(LEEWAY + 1);
        }
        self.staff(1).await;
        let (stage, tenants) = (&self.stage, &self.tenants);
        stage.settle(tenants, &before, SETTLES_WITHIN).await;
        let mut tally = stage.judge(tenants, &before).await;
        if tally.most_calls > MOST_CALLS {
            let loops = format!("{} token calls for one tenant", tally.most_calls);
            tally.lost.push(loops);
        }
        if tally.attention > 0 && !plan.past_leeway {
            tally.lost.push("a reuse inside the leeway".to_owned());
        }
        self.reconnect().await;
        tally
    }

    /// Sees to it that so many replicas run.
    async fn staff(&mut self, replicas: usize) {
        self.services.truncate(replicas);
        while self.services.len() < replicas {
            self.services.push(self.stage.serve().await);
        }
    }

    /// Puts new tenants in the place of those that need attention.
    async fn reconnect(&mut self) {
        let now = self.stage.stored().await;
        self.tenants
            .retain(|tenant| of(&now, tenant.tenant).state == "connected");
        let missing = TENANTS - self.tenants.len();
        self.tenants.extend(self.stage.connect(missing).await);
    }

    /// When all is done, nobody asks Okta for tokens any more: also not for those that need attention.
    async fn assert_calm(&self) {
        self.stage.org().clear_requests();
        tokio::time::sleep(Duration::from_secs(3)).await;
        let calls = self.stage.token_calls();
        assert!(calls.is_empty(), "token calls without a cause: {calls:#?}");
    }
}

async fn play(mut lane: Lane, plans: Vec<Plan>) -> Tally {
    let mut tally = Tally::default();
    for plan in plans {
        let of_round = lane.round(plan).await;
        if !of_round.lost.is_empty() {
            let logs: Vec<_> = lane.services.iter().map(Service::log).collect();
            panic!("{plan:?}: {of_round:#?}\n{}", logs.join("\n"));
        }
        tally.add(of_round);
    }
    lane.assert_calm().await;
    tally
}

/// Most of a round is waiting for a lease to run out, so many lanes run beside each other.
#[expect(clippy::print_stdout, reason = "the counts are the result")]
async fn kill(rounds: usize, lanes: usize) {
    let seed = Dice::seed();
    println!("PROOF_SEED={seed}");
    let mut running = Vec::new();
    for number in 0..lanes {
        let plans = (number..rounds).step_by(lanes).map(Plan::of).collect();
        running.push(play(Lane::new(seed + number as u64).await, plans));
    }
    let mut tally = Tally::default();
    for of_lane in join_all(running).await {
        tally.add(of_lane);
    }
    println!(
        "soak: kill -9: {rounds} rounds, {} refreshes: {} recovered, {} attention after the leeway, {} lost; \
         {} presented the old token again, at most {} token calls for one tenant in a round",
        rounds * TENANTS,
        tally.recovered,
        tally.attention,
        tally.lost.len(),
        tally.retried,
        tally.most_calls
    );
    assert_eq!(tally.recovered + tally.attention, rounds * TENANTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_moment_of_a_refresh_loses_nobody() {
    kill(8, 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: run by `make soak`"]
async fn soak_two_hundred_kills_at_random_moments_lose_nobody() {
    kill(200, 10).await;
}
