//! Rounds of two things in turn, and what is typical of each.

/// How often each is measured.
const ROUNDS: usize = 9;

/// What both do per second, in the median round.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    pub limit: f64,
    pub value: f64,
}

/// Measures `limit` and `subject` in turn, after one round of each that warms up and does not count.
pub fn alternate(
    mut limit: impl FnMut() -> anyhow::Result<f64>,
    mut subject: impl FnMut() -> anyhow::Result<f64>,
) -> anyhow::Result<Pair> {
    let (mut limits, mut values) = (Vec::new(), Vec::new());
    limit()?;
    subject()?;
    for _ in 0..ROUNDS {
        limits.push(limit()?);
        values.push(subject()?);
    }
    Ok(Pair {
        limit: median(limits),
        value: median(values),
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_round_changes_nothing() {
        let mut rounds = 0.0;
        let pair = alternate(
            || Ok(100.0),
            || {
                rounds += 1.0;
                Ok(if rounds > 9.0 { 0.1 } else { 50.0 })
            },
        );

        let pair = pair.expect("nothing failed");
        assert!((pair.limit - 100.0).abs() < f64::EPSILON);
        assert!((pair.value - 50.0).abs() < f64::EPSILON);
    }
}
