//! The process itself: being asked to stop (once means to finish what is under way, twice means now),
//! what the system lets it have, and that no picture of its memory is written down.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The exit status after a second request to stop.
const ASKED_TWICE: i32 = 130;

/// More descriptors than anybody needs here.
const ENOUGH_DESCRIPTORS: u64 = 65_536;

/// A crash must not write the key ring to a disk, and another process of the same account must not look
/// into our memory. Some sandboxes refuse this.
pub fn keep_memory_private() -> std::io::Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none)?;
    // A handler that core dumps are piped to does not ask for the limit; it asks for this.
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// How many descriptors this process may open, after it has asked for as many as it may have.
#[must_use]
pub fn descriptors() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX).min(ENOUGH_DESCRIPTORS);
    let current = limit.current.unwrap_or(u64::MAX);
    if current >= most {
        return current;
    }
    let raised = Rlimit {
        current: Some(most),
        ..limit
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => most,
        Err(_) => current,
    }
}

/// A token that is cancelled when the process is asked to stop (SIGINT, SIGTERM).
pub fn stop_on_signal() -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let token = stop.clone();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        for asked_before in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if asked_before {
                tracing::warn!("asked to stop twice: stopping without finishing");
                std::process::exit(ASKED_TWICE);
            }
            tracing::info!("asked to stop: finishing what is under way");
            token.cancel();
        }
    });
    Ok(stop)
}
