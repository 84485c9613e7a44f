//! Tells on the terminal how far an index is that has to be built anew.

use std::sync::Once;

use app::import::{Progress, READY};
use indicatif::{ProgressBar, ProgressStyle};

/// Says it once and then shows how far it is; the bar is hidden by itself when stderr is no terminal.
pub(crate) fn told() -> impl Fn(Progress) + Send + Sync {
    let (once, bar) = (Once::new(), ProgressBar::hidden());
    move |progress| {
        once.call_once(|| {
            eprintln!(
                "The index is missing, damaged or of another version of aftercare: it is built anew from what was taken in."
            );
            bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
                bar.set_style(style);
            }
        });
        if progress.phase == READY {
            bar.finish_and_clear();
            return;
        }
        bar.set_length(progress.files);
        bar.set_position(progress.files_done);
        bar.set_message(progress.phase);
    }
}
