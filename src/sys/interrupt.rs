//! Ctrl-C, `kill` and a closed terminal: what was begun is taken away, then the signal has its usual effect.
//!
//! A plain `Drop` does not run when a signal ends the process, so paths that must not outlive it are registered here.
//! The signal is raised again with its default effect, so that a shell sees a death by it (exit codes 129, 130 and 143) and ends a
//! script or a loop as it should; an exit code of our own would not do that. SIGKILL cannot be caught: what it leaves is cleared by the next build (DESIGN 1.4).

use super::fs;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

static ARMED: Mutex<Armed> = Mutex::new(Armed {
    next: 0,
    actions: BTreeMap::new(),
});

struct Armed {
    next: u64,
    actions: BTreeMap<u64, Action>,
}

enum Action {
    KillGroup(u32),
    Remove(PathBuf),
}

/// Something that is undone when a signal arrives; dropping it disarms that, and does nothing else.
#[derive(Debug)]
#[must_use = "dropping it at once disarms it"]
pub struct OnSignal(u64);

impl Drop for OnSignal {
    fn drop(&mut self) {
        lock().actions.remove(&self.0);
    }
}

/// Arranges that the file or folder at `path` is removed when a signal ends the process.
pub fn remove_on_signal(path: &Path) -> OnSignal {
    arm(Action::Remove(path.to_path_buf()))
}

/// Arranges that the process group `leader` is killed when a signal ends the process.
pub(super) fn kill_group_on_signal(leader: u32) -> OnSignal {
    arm(Action::KillGroup(leader))
}

fn arm(action: Action) -> OnSignal {
    let mut armed = lock();
    armed.next += 1;
    let key = armed.next;
    armed.actions.insert(key, action);
    OnSignal(key)
}

fn lock() -> MutexGuard<'static, Armed> {
    // A panic elsewhere leaves the map whole: every change to it is one call.
    ARMED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes away what was begun, in a process that ends now without a signal.
pub(super) fn undo_now() {
    // Held until the process is gone, as for a signal. Where this very thread holds it there is nothing to be done: the next
    // build clears the work folder.
    if let Ok(armed) = ARMED.try_lock() {
        undo(&armed.actions);
        std::mem::forget(armed);
    }
}

/// Starts to watch for SIGINT, SIGTERM and SIGHUP, but not for those that were ignored at the start: `nohup` and shells do that to
/// let a program go on. A file that grows beyond its limit becomes an error of the write. Called once, by `main`.
pub fn watch() -> std::io::Result<()> {
    let noticed = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGXFSZ, noticed)?;
    let ignored = ignored_signals();
    let watched = [SIGINT, SIGTERM, SIGHUP];
    let watched = watched
        .iter()
        .filter(|signal| ignored >> (*signal - 1) & 1 == 0);
    let mut signals = Signals::new(watched)?;
    std::thread::Builder::new().spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // The lock is held until the process is gone, so that nothing new can be begun.
            let armed = lock();
            undo(&armed.actions);
            // Fails only for signals that cannot be emulated; these three can.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// Returns a bit for each signal that this process ignores, the lowest for signal 1 (proc(5), `SigIgn`); none where the kernel
/// does not say.
fn ignored_signals() -> u64 {
    let status = fs::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let mut lines = status.lines();
    let digits = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    digits.map_or(0, |digits| {
        u64::from_str_radix(digits.trim(), 16).unwrap_or(0)
    })
}

fn undo(actions: &BTreeMap<u64, Action>) {
    for action in actions.values() {
        if let Action::KillGroup(leader) = action {
            super::process::kill_group(*leader);
        }
    }
    // The newest first: a disk may take its time for the work folder, and by then the main thread would have given the file that it
    // writes its name.
    for action in actions.values().rev() {
        if let Action::Remove(path) = action {
            // The main thread may still be writing into the folder: what it adds meanwhile is taken by a later round.
            for _ in 0..5 {
                if fs::is_dir(path) {
                    let _ = fs::remove_dir_all(path);
                } else {
                    let _ = fs::remove_file(path);
                }
                if !fs::exists(path) {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_last_is_taken_away_first() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let work = folder.path().join("work");
        let out = folder.path().join("out");
        for made in [&work, &out] {
            fs::create_dir_all(made).expect("a folder");
        }
        fs::write(&out.join("half"), b"").expect("a file");
        // When the older one has gone, this way to the newer one has gone too.
        fs::symlink(&out, work.join("way")).expect("a link");
        let paths = [work.clone(), work.join("way/half")];
        undo(&(0..).zip(paths.map(Action::Remove)).collect());
        assert!(!fs::exists(&out.join("half")));
        assert!(!fs::exists(&work) && fs::is_dir(&out));
    }
}
