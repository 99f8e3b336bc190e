//! Dice that always fall the same way: what a made-up customer is like follows from its number.

/// A number below `of`, for this customer and purpose (splitmix64).
pub(super) fn roll(number: usize, salt: u64, of: usize) -> usize {
    let mut x = (number as u64)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(salt.wrapping_mul(0xd1b5_4a32_d192_ed03));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    let of = of.max(1) as u64;
    usize::try_from(x % of).unwrap_or(0)
}

/// The same from `low` to `high`, both included.
pub(super) fn between(number: usize, salt: u64, low: i64, high: i64) -> i64 {
    let width = usize::try_from(high - low + 1).unwrap_or(1);
    low + i64::try_from(roll(number, salt, width)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_fall_the_same_way_and_everywhere() {
        let falls = |salt| -> Vec<usize> { (0..600).map(|n| roll(n, salt, 6)).collect() };
        assert_eq!(falls(1), falls(1));
        assert_ne!(falls(1), falls(2));
        for side in 0..6 {
            let count = falls(1).iter().filter(|fell| **fell == side).count();
            assert!((60..140).contains(&count), "{side}: {count}");
        }
        assert!((0..50).all(|n| (3..=5).contains(&between(n, 9, 3, 5))));
    }
}
