//! Everything that may be at Okta, by everything that may end it meanwhile.

use url::Url;

use super::{ADA, OLGA, answer_late, colleague, connected, hand_off, invited, issued, page_of};
use crate::support::{Browser, Invited, TestApp};

/// What is in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flight {
    FirstConnect,
    AuthorizeAgain,
    HandOff,
    Recognition,
}

/// What ends something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    LinkRevoked,
    LinksClosed,
    SessionsEnded,
    SignedOut,
    Disconnected,
}

use End::{Disconnected, LinkRevoked, LinksClosed, SessionsEnded, SignedOut};
use Flight::{AuthorizeAgain, FirstConnect, HandOff, Recognition};

const LINK: &str = "This link no longer works";
const SESSION: &str = "You were signed out";
const ENDED: &str = "Your organization was disconnected";

/// A browser that comes back from Okta, and what its flight rests on.
struct Scene {
    app: TestApp,
    invited: Invited,
    browser: Browser,
    link: String,
    back: Url,
}

impl Scene {
    async fn of(flight: Flight) -> Self {
        let app = TestApp::start().await;
        if flight == FirstConnect {
            let invited = invited(&app).await;
            let browser = app.browser();
            let okta = browser.walk_to_okta(&app, &invited).await;
            let back = browser.sign_in_at_okta(&okta, ADA).await;
            let link = invited.link.clone();
            return Self {
                app,
                invited,
                browser,
                link,
                back,
            };
        }
        let (invited, ada) = connected(&app).await;
        let mut link = invited.link.clone();
        let (browser, okta, who) = match flight {
            AuthorizeAgain => {
                let okta = ada.press_authorize_again(&invited).await;
                (ada, okta, ADA)
            }
            HandOff => {
                link = hand_off(&ada, &invited).await;
                let olga = colleague(&app, &link).await;
                let okta = olga.okta_address().await;
                (olga, okta, OLGA)
            }
            FirstConnect | Recognition => {
                let browser = app.browser();
                let page = browser.begin_sign_in(&app, "acme", None).await;
                let okta = page.link("/oauth2/v1/authorize").unwrap();
                (browser, okta, ADA)
            }
        };
        let back = browser.sign_in_at_okta(&okta, who).await;
        Self {
            app,
            invited,
            browser,
            link,
            back,
        }
    }

    async fn end(&self, end: End) {
        let (app, invited) = (&self.app, &self.invited);
        match end {
            LinkRevoked => app.revoke_link(invited, &self.link).await,
            LinksClosed => app.end_links(invited).await,
            SessionsEnded => app.end_sessions(invited).await,
            SignedOut => {
                let copy = app.browser();
                copy.set_session_cookie(&self.browser.cookie());
                copy.post("/sign-out", &[]).await.assert_status(303);
            }
            Disconnected => {
                app.end_connection(invited).await;
            }
        }
    }
}

/// The end comes when Okta has issued the tokens and not told of them yet.
async fn overtaken(flight: Flight, end: End, words: &str) {
    let scene = Scene::of(flight).await;
    let (app, okta) = (&scene.app, scene.app.org("acme"));
    answer_late(&okta);

    let (answer, before) = tokio::join!(scene.browser.get(scene.back.as_str()), async {
        issued(&okta).await;
        scene.end(end).await;
        app.stored(&scene.invited).await
    });

    answer.assert_explains(409, words);
    assert_eq!(
        app.stored(&scene.invited).await,
        before,
        "{flight:?} {end:?}"
    );
    // The connection that was there before lives by its own tokens, unless it was what ended.
    let kept = usize::from(flight != FirstConnect && end != Disconnected);
    let what = format!("{flight:?} {end:?}: {kept} sign-ins live at Okta");
    app.assert_living(kept, &what).await;
    let page = scene.browser.get(&page_of(&scene.invited)).await;
    let may_look = flight == AuthorizeAgain && end == Disconnected;
    assert_eq!(page.status == 200, may_look, "{flight:?} {end:?}");
}

/// Whoever comes back is nobody any more whom something let in.
async fn unknown(flight: Flight, end: End) {
    let scene = Scene::of(flight).await;
    let okta = scene.app.org("acme");
    answer_late(&okta);

    let (answer, ()) = tokio::join!(scene.browser.get(scene.back.as_str()), async {
        issued(&okta).await;
        scene.end(end).await;
    });

    answer.assert_status(403);
    let page = scene.browser.get(&page_of(&scene.invited)).await;
    assert_ne!(page.status, 200, "{flight:?} {end:?}");
}

/// What ends meanwhile is nothing that this rests on.
async fn untouched(flight: Flight, end: End) {
    let scene = Scene::of(flight).await;
    let okta = scene.app.org("acme");
    answer_late(&okta);

    let (answer, ()) = tokio::join!(scene.browser.get(scene.back.as_str()), async {
        issued(&okta).await;
        scene.end(end).await;
    });

    answer.assert_status(303);
    let page = scene
        .browser
        .follow(answer.location().unwrap().as_str())
        .await;
    page.assert_status(200);
}

macro_rules! pairs {
    ($($name:ident: $test:ident($($argument:expr),*);)*) => {
        $(#[tokio::test]
        async fn $name() {
            $test($($argument),*).await;
        })*
    };
}

pairs! {
    a_first_connect_and_its_revoked_link: overtaken(FirstConnect, LinkRevoked, LINK);
    a_first_connect_and_all_links_closed: overtaken(FirstConnect, LinksClosed, LINK);
    a_first_connect_and_all_sessions_ended: overtaken(FirstConnect, SessionsEnded, SESSION);
    a_first_connect_and_its_browser_signed_out: overtaken(FirstConnect, SignedOut, SESSION);
    a_first_connect_and_a_disconnect_of_nothing: untouched(FirstConnect, Disconnected);
    authorizing_again_and_the_link_that_let_in: overtaken(AuthorizeAgain, LinkRevoked, SESSION);
    authorizing_again_and_all_sessions_ended: overtaken(AuthorizeAgain, SessionsEnded, SESSION);
    authorizing_again_and_signed_out: overtaken(AuthorizeAgain, SignedOut, SESSION);
    authorizing_again_and_disconnected: overtaken(AuthorizeAgain, Disconnected, ENDED);
    a_hand_off_and_its_revoked_link: overtaken(HandOff, LinkRevoked, LINK);
    a_hand_off_and_all_links_closed: overtaken(HandOff, LinksClosed, LINK);
    a_hand_off_and_all_sessions_ended: overtaken(HandOff, SessionsEnded, SESSION);
    a_hand_off_and_its_browser_signed_out: overtaken(HandOff, SignedOut, SESSION);
    a_hand_off_and_disconnected: overtaken(HandOff, Disconnected, ENDED);
    a_recognition_and_all_sessions_ended: overtaken(Recognition, SessionsEnded, SESSION);
    a_recognition_and_its_browser_signed_out: overtaken(Recognition, SignedOut, SESSION);
    a_recognition_and_the_link_that_let_in: unknown(Recognition, LinkRevoked);
    a_recognition_and_disconnected: untouched(Recognition, Disconnected);
}

/// Each pair again, with the end before Okta was asked for tokens at all: then it is not asked.
#[tokio::test]
async fn what_ended_before_the_browser_came_back_spends_no_code() {
    for (flight, end) in [
        (FirstConnect, LinkRevoked),
        (AuthorizeAgain, SessionsEnded),
        (HandOff, LinksClosed),
    ] {
        let scene = Scene::of(flight).await;
        scene.end(end).await;
        scene.app.org("acme").clear_requests();

        let answer = scene.browser.get(scene.back.as_str()).await;

        assert!(answer.status >= 400, "{flight:?} {end:?}");
        scene.app.assert_no_token_call("acme");
    }
}
