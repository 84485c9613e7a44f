//! From the words of the command line to one use case each.

mod init;
mod person;

use crate::{
    answer::Outcome,
    cli::{Cli, Command},
};

/// Runs one command.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let global = &cli.global;
    match cli.command {
        Command::Init { dir, admin, admin_name } => {
            init::init(global, &dir, admin.as_deref(), admin_name.as_deref())
        }
        Command::Person(command) => person::run(global, command),
        _ => anyhow::bail!("not here yet"),
    }
}
