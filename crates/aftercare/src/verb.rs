//! From the words of the command line to one use case each.

mod account;
mod case;
mod check;
mod demo;
mod evidence;
mod explain;
mod exposed;
mod feeds;
mod init;
mod ledger;
mod mapping;
mod person;
mod product;
mod release;
mod sbom;
mod serve;
mod site;
mod sweep;
mod table_import;
mod unit;

use crate::{
    answer::Outcome,
    cli::{Cli, Command},
};

/// Runs one command.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let global = &cli.global;
    match cli.command {
        Command::Demo { port, feeds, build_only } => demo::run(global, port, feeds.as_deref(), build_only),
        Command::Init { dir, admin, admin_name } => {
            init::init(global, &dir, admin.as_deref(), admin_name.as_deref())
        }
        Command::Serve { listen } => serve::run(global, listen),
        Command::Feeds(command) => feeds::run(global, command),
        Command::Check { sbom, all, fail_on, mappings } => {
            check::run(global, &sbom, all, fail_on, mappings.as_deref())
        }
        Command::Explain { vulnerability, sbom, release, component, mappings } => {
            let asked = explain::Asked {
                sbom: sbom.as_deref(),
                release: release.as_deref(),
                component: component.as_deref(),
                mappings: mappings.as_deref(),
            };
            explain::run(global, &vulnerability, &asked)
        }
        Command::Product(command) => product::run(global, command),
        Command::Release(command) => release::run(global, command),
        Command::Unit(command) => unit::run(global, command),
        Command::Site(command) => site::run(global, command),
        Command::Person(command) => person::run(global, command),
        Command::Sbom(command) => sbom::run(global, command),
        Command::Evidence(command) => evidence::run(global, command),
        Command::Mapping(command) => mapping::run(global, command),
        Command::Sweep { full, replay } => sweep::run(global, full, replay),
        Command::Exposed { vulnerability } => exposed::run(global, &vulnerability),
        Command::Account { release } => account::run(global, release.as_deref()),
        Command::Case(command) => case::run(global, command),
        Command::Ledger(command) => ledger::run(global, command),
        Command::Verify { bundle } => ledger::verify_bundle(global, &bundle),
    }
}
