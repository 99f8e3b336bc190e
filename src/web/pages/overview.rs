//! `/support/overview`: numbers for operators, each as a small chart with the same as a table behind it.

use askama::Template;
use askama_web::WebTemplate;

use super::{Layout, StaffFrame, SupportPlace, When};

/// `/support/overview`
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "support/overview.html")]
pub struct Overview {
    pub layout: Layout,
    pub staff: StaffFrame,
    /// When the numbers were counted.
    pub as_of: When,
    pub windows: Vec<WindowLink>,
    pub panels: Vec<Panel>,
}

/// How far back is looked: one choice.
#[derive(Debug, Clone)]
pub struct WindowLink {
    pub href: String,
    pub label: String,
    pub is_current: bool,
}

/// One subject.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Names its parts in the page.
    pub id: &'static str,
    pub heading: String,
    /// What it comes to, in a sentence.
    pub lead: String,
    pub chart: Option<Chart>,
    pub table: Option<Table>,
    /// Whether the table is folded away behind the chart.
    pub is_folded: bool,
    /// More about it, and where to go.
    pub more: Option<(String, String)>,
}

/// What is drawn. The lengths are in a drawing of [`WIDTH`] units, whatever its size on the screen.
#[derive(Debug, Clone)]
pub enum Chart {
    Bars(BarChart),
    Columns(ColumnChart),
}

/// The width of every drawing.
pub const WIDTH: u32 = 360;

/// Lines of different length, one below the other.
#[derive(Debug, Clone)]
pub struct BarChart {
    /// Its name for those who do not see it.
    pub title: String,
    pub height: u32,
    pub bars: Vec<Bar>,
}

/// One line.
#[derive(Debug, Clone)]
pub struct Bar {
    pub label: String,
    pub value: String,
    /// Where its words stand.
    pub text_y: u32,
    /// Where the line begins.
    pub y: u32,
    pub width: u32,
    /// The end of a class: `good`, `warn`, `bad`, `neutral`.
    pub tone: &'static str,
}

/// Columns of different height, one beside the other.
#[derive(Debug, Clone)]
pub struct ColumnChart {
    pub title: String,
    pub columns: Vec<Column>,
    /// What the highest column stands for.
    pub most: String,
    /// What the colours stand for, where there are several.
    pub legend: Vec<(&'static str, String)>,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it says when it is pointed at.
    pub says: String,
    pub x: u32,
    pub width: u32,
    pub parts: Vec<Part>,
    /// What stands below it, where there is room.
    pub label: Option<String>,
    pub label_x: u32,
}

/// A part of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub y: u32,
    pub height: u32,
    pub tone: &'static str,
}

/// The same in words and numbers.
#[derive(Debug, Clone)]
pub struct Table {
    pub caption: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// One cell of a table.
#[derive(Debug, Clone)]
pub struct Cell {
    pub text: String,
    pub href: Option<String>,
    pub is_number: bool,
}

impl Cell {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            href: None,
            is_number: false,
        }
    }

    #[must_use]
    pub fn number(text: impl Into<String>) -> Self {
        Self {
            is_number: true,
            ..Self::text(text)
        }
    }

    #[must_use]
    pub fn link(text: impl Into<String>, href: String) -> Self {
        Self {
            href: Some(href),
            ..Self::text(text)
        }
    }
}
