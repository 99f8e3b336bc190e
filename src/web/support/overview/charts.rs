//! Lengths and places of what is drawn. The words come ready from whoever draws.

use crate::web::pages::{Bar, BarChart, Chart, Column, ColumnChart, Part, WIDTH};

/// Between the tops of two bars.
const ROW: u32 = 34;
/// From the top of a bar's row to its words' foot, and to the bar.
const TEXT: u32 = 14;
const BAR: u32 = 20;
/// Where columns end, and how high the highest is.
const FOOT: u32 = 132;
const HIGHEST: u32 = 114;
/// At most so many words below the columns.
const LABELS: usize = 5;

/// A bar that is to be drawn.
pub(super) struct Line {
    pub label: String,
    pub value: String,
    pub number: i64,
    pub tone: &'static str,
}

/// A column that is to be drawn: its parts from the foot up.
pub(super) struct Pile {
    pub label: String,
    pub says: String,
    pub parts: Vec<(i64, &'static str)>,
}

/// Bars against the longest, or against `whole` where they are parts of it.
pub(super) fn bars(title: String, lines: Vec<Line>, whole: Option<i64>) -> Chart {
    let longest = lines.iter().map(|line| line.number).max().unwrap_or(0);
    let whole = whole.unwrap_or(longest).max(1);
    let bars: Vec<Bar> = (0..)
        .zip(lines)
        .map(|(row, line): (u32, Line)| Bar {
            label: line.label,
            value: line.value,
            text_y: row * ROW + TEXT,
            y: row * ROW + BAR,
            width: length(line.number, whole, WIDTH),
            tone: line.tone,
        })
        .collect();
    Chart::Bars(BarChart {
        title,
        height: u32::try_from(bars.len()).unwrap_or(0) * ROW,
        bars,
    })
}

/// Columns against the highest, whose height `most` tells.
pub(super) fn columns(
    title: String,
    piles: Vec<Pile>,
    most: impl Fn(i64) -> String,
    legend: Vec<(&'static str, String)>,
) -> Chart {
    let sum = |pile: &Pile| -> i64 { pile.parts.iter().map(|(number, _)| number).sum() };
    let highest = piles.iter().map(sum).max().unwrap_or(0).max(1);
    let count = u32::try_from(piles.len()).unwrap_or(1).max(1);
    let step = WIDTH / count;
    let width = (step * 7 / 10).max(2);
    let every = piles.len().div_ceil(LABELS).max(1);
    let columns = (0_u32..)
        .zip(piles)
        .enumerate()
        .map(|(index, (place, pile))| {
            let x = place * step + (step - width) / 2;
            let is_labelled = index.is_multiple_of(every);
            Column {
                says: pile.says,
                x,
                width,
                parts: stack(&pile.parts, highest),
                label: is_labelled.then_some(pile.label),
                label_x: (x + width / 2).clamp(24, WIDTH - 24),
            }
        });
    Chart::Columns(ColumnChart {
        title,
        columns: columns.collect(),
        most: most(highest),
        legend,
    })
}

fn stack(parts: &[(i64, &'static str)], highest: i64) -> Vec<Part> {
    let mut foot = FOOT;
    let mut stacked = Vec::new();
    for (number, tone) in parts {
        let height = length(*number, highest, HIGHEST);
        if height > 0 {
            foot = foot.saturating_sub(height);
            let y = foot;
            stacked.push(Part { y, height, tone });
        }
    }
    stacked
}

/// Something that is there is never drawn as nothing.
fn length(number: i64, whole: i64, longest: u32) -> u32 {
    if number <= 0 {
        return 0;
    }
    let drawn = i128::from(number) * i128::from(longest) / i128::from(whole.max(1));
    u32::try_from(drawn).unwrap_or(longest).clamp(2, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_in_proportion_and_what_is_there_is_seen() {
        assert_eq!(length(50, 100, 360), 180);
        assert_eq!(length(100, 100, 360), 360);
        assert_eq!(length(1, 1_000_000, 360), 2);
        assert_eq!(length(0, 100, 360), 0);
        assert_eq!(length(i64::MAX, 1, 360), 360);
    }

    #[test]
    fn columns_stand_on_the_foot_and_stay_inside() {
        let pile = |ok, failed| Pile {
            label: "1".to_owned(),
            says: String::new(),
            parts: vec![(ok, "good"), (failed, "bad")],
        };
        let piles = (0..14).map(|n| pile(n * 10, n)).collect();
        let Chart::Columns(chart) = columns(String::new(), piles, |n| n.to_string(), Vec::new())
        else {
            panic!("columns");
        };
        assert_eq!(chart.most, "143");
        for column in &chart.columns {
            assert!(column.x + column.width <= WIDTH);
            let top = column.parts.last().map_or(FOOT, |part| part.y);
            assert!((FOOT - HIGHEST - 2..=FOOT).contains(&top), "{column:?}");
            if let Some(first) = column.parts.first() {
                assert_eq!(first.y + first.height, FOOT);
            }
        }
        let labelled = chart.columns.iter().filter(|column| column.label.is_some());
        assert!(labelled.count() <= LABELS);
    }
}
