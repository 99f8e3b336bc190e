//! What every page about a failure must have.

use super::browser::Answer;

impl Answer {
    /// The text between two marks of the page's source, where both are there.
    pub fn between(&self, before: &str, after: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(before)?;
        rest.split_once(after).map(|(found, _)| found)
    }

    pub fn title(&self) -> String {
        let title = self.between("<h1>", "</h1>").unwrap_or_default();
        title.replace("&#39;", "'").replace("&amp;", "&")
    }

    /// What happened, why it usually does, what to do, where to go on, and the reference id by which
    /// the log knows it.
    #[track_caller]
    pub fn assert_explains(&self, status: u16, title: &str) -> &Self {
        self.assert_status(status);
        assert_eq!(self.title(), title);
        let lead = self.between("<p class=\"lead\">", "</p>").unwrap();
        assert!(
            lead.len() > 20,
            "too little is said of what happened: {lead}"
        );
        let why = self.between("<h2>Why this usually happens</h2><p>", "</p>");
        assert!(
            why.unwrap().len() > 20,
            "too little is said of why: {why:?}"
        );
        let steps = self.between("<h2>What to do</h2>", "</ol>").unwrap();
        assert!(steps.contains("<li>"), "nothing to do is said: {steps}");
        let actions = self.between("<div class=\"actions\">", "</div>").unwrap();
        assert!(actions.contains("href=\"/"), "no way on: {actions}");
        self.assert_referenced()
    }

    /// The page shows the reference id of its own request.
    #[track_caller]
    pub fn assert_referenced(&self) -> &Self {
        let reference = self.headers["x-request-id"].to_str().unwrap();
        assert!(reference.len() >= 8, "{reference} is no reference");
        self.assert_says(reference)
    }

    /// The first way on that the page offers leads to `path`, of whichever onboarding.
    #[track_caller]
    pub fn assert_leads_on_to(&self, path: &str) -> &Self {
        let actions = self.between("<div class=\"actions\">", "</div>").unwrap();
        let first = actions.split("href=\"").nth(1).unwrap();
        let address = first.split('"').next().unwrap();
        assert_eq!(address.split("?link=").next(), Some(path));
        self
    }

    #[track_caller]
    pub fn assert_never_says(&self, words: &str) -> &Self {
        assert!(!self.body.contains(words), "“{words}” stands on the page");
        self
    }
}
