//! The binary: command line, configuration, wiring. What a verb does is in `verb/`, one file a noun; rules are in `app`.

mod answer;
mod cli;
mod demo;
mod place;
mod renewing;
mod verb;

use std::process::ExitCode;

use clap::Parser as _;

use crate::answer::Outcome;

/// An import frees what it read on other threads than it was read on; this allocator gives that memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and are no error; wrong usage is 2.
            let code = u8::from(error.use_stderr()) * 2;
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match verb::run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(3),
        Err(error) => {
            eprintln!("error: {error:#}");
            if let Some(hint) = error.downcast_ref::<app::AppError>().map(app::AppError::hint) {
                eprintln!("hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}
