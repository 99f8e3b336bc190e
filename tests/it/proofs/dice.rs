//! Random choices that can be made again: every proof prints the seed that it was run with.

use uuid::Uuid;

/// `SplitMix64`.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The seed of `PROOF_SEED`, else a fresh one.
    pub(super) fn seed() -> u64 {
        let given = std::env::var("PROOF_SEED").ok();
        given.map_or_else(
            || Uuid::new_v4().as_u64_pair().0 >> 32,
            |seed| seed.parse().expect("PROOF_SEED is a number"),
        )
    }

    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

#[test]
fn the_same_seed_gives_the_same_choices() {
    let choices = |seed| {
        let mut dice = Dice::new(seed);
        [(); 5].map(|()| dice.below(1_000))
    };
    assert_eq!(choices(7), choices(7));
    assert_ne!(choices(7), choices(8));
}
