//! Panics as deb-build-app would if it were wrong: in a thread or in `main`, with a folder that is to be taken away.
//!
//! Usage: `bug main|thread FOLDER`. The tests run it in a process of its own, because it ends that.

use deb_build_app::failure::Kind;
use deb_build_app::report::{Look, print_bug};
use deb_build_app::sys::{interrupt, panic};
use std::path::Path;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    panic::end_with(Kind::Bug.exit_code(), |panic| {
        print_bug(panic, &Look::default());
    });
    let _armed = interrupt::remove_on_signal(Path::new(&words[2]));
    if words[1] == "thread" {
        let threads = ["one", "two"].map(|name| {
            let builder = std::thread::Builder::new().name(name.to_owned());
            builder.spawn(be_wrong).expect("a thread starts")
        });
        for thread in threads {
            thread.join().expect("the thread does not panic");
        }
    }
    be_wrong();
}

fn be_wrong() {
    panic!("an invariant does not hold");
}
