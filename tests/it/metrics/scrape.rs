//! What `/metrics` answers, read as Prometheus reads it.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Browser, TestApp};

/// One scrape, read as Prometheus reads it.
#[derive(Debug, Default)]
pub struct Scrape {
    pub text: String,
    /// By name.
    pub types: BTreeMap<String, String>,
    /// What `# HELP` has words for.
    pub explained: BTreeSet<String>,
    pub series: Vec<Series>,
}

#[derive(Debug, Clone)]
pub struct Series {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

impl Scrape {
    pub async fn of(app: &TestApp) -> Self {
        let answer = Browser::new(&app.admin_url).get("/metrics").await;
        answer.assert_status(200);
        let kind = "text/plain; version=0.0.4; charset=utf-8";
        assert_eq!(answer.headers["content-type"], kind);
        assert_eq!(answer.headers["cache-control"], "no-store");
        Self::read(&answer.body)
    }

    fn read(text: &str) -> Self {
        let mut scrape = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap();
                scrape.types.insert(name.to_owned(), kind.to_owned());
            } else if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, words) = rest.split_once(' ').unwrap();
                assert!(!words.is_empty());
                scrape.explained.insert(name.to_owned());
            } else {
                scrape.series.push(Series::read(line));
            }
        }
        scrape
    }

    /// The sum over the series of this name with these labels, in whole numbers.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let has = |series: &&Series| {
            series.name == name
                && labels
                    .iter()
                    .all(|(label, value)| series.labels.get(*label).is_some_and(|is| is == value))
        };
        let values = self.series.iter().filter(has).map(|series| series.value);
        format!("{:.0}", values.sum::<f64>()).parse().unwrap()
    }
}

impl Series {
    fn read(line: &str) -> Self {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        // No value of ours holds a quotation mark or a comma, which the tests would see as a label.
        let pairs = labels.trim_end_matches('}').split_terminator(',');
        let pair = |pair: &str| {
            let (label, value) = pair.split_once('=').unwrap();
            (label.to_owned(), value.trim_matches('"').to_owned())
        };
        Self {
            name: name.to_owned(),
            labels: pairs.map(pair).collect(),
            value: value.parse().unwrap(),
        }
    }
}
