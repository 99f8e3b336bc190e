//! Rounds of two things in turn, and what is typical of both.

/// What both did per second, in one round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    pub limit: f64,
    pub value: f64,
}

impl Pair {
    pub fn ratio(self) -> f64 {
        self.value / self.limit
    }
}

/// All rounds, in their order.
#[derive(Debug)]
pub struct Rounds(Vec<Pair>);

/// Measures `limit` and `subject` in turn, after one round of each that warms up and does not count.
/// The two are neighbours in time, so whatever else the machine does hits both.
pub fn alternate(
    rounds: usize,
    mut limit: impl FnMut() -> anyhow::Result<f64>,
    mut subject: impl FnMut() -> anyhow::Result<f64>,
) -> anyhow::Result<Rounds> {
    limit()?;
    subject()?;
    let pairs = (0..rounds).map(|_| {
        Ok(Pair {
            limit: limit()?,
            value: subject()?,
        })
    });
    Ok(Rounds(pairs.collect::<anyhow::Result<_>>()?))
}

impl Rounds {
    pub fn iter(&self) -> impl Iterator<Item = Pair> {
        self.0.iter().copied()
    }

    /// The round whose ratio is the middle one.
    pub fn typical(&self) -> Pair {
        let mut sorted = self.0.clone();
        sorted.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
        sorted[sorted.len() / 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_rounds_change_nothing() {
        let mut values = [1.0, 50.0, 0.1, 51.0, 49.0, 400.0].into_iter();
        let subject = || Ok(values.next().unwrap_or_default());

        let rounds = alternate(5, || Ok(100.0), subject).expect("nothing failed");

        assert_eq!(rounds.iter().count(), 5);
        let typical = rounds.typical();
        assert!((typical.value - 50.0).abs() < f64::EPSILON, "{typical:?}");
    }
}
