//! The sweep that people begin from the portal: one at a time, in the background, and how the last one ended. A sweep that
//! others began on the same workspace is seen by its lock.

use std::sync::PoisonError;

use app::{AppError, Viewer, page::watch, sweep};
use domain::person::Permission;
use jiff::Timestamp;
use tokio::task;

use crate::{refusal::told, state::Portal};

/// Where the sweep that was begun here stands.
#[derive(Clone, Debug, Default)]
pub(crate) enum Sweeping {
    /// None was begun, or the last one has its receipt.
    #[default]
    Rests,
    /// One is under way.
    Running { by: String, since: Timestamp },
    /// The last one ended without a receipt.
    Failed { by: String, at: Timestamp, why: String },
}

impl Portal {
    /// Where the sweep that was begun here stands.
    pub(crate) fn sweeping(&self) -> Sweeping {
        self.sweeping.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Begins a sweep, unless one is under way here or elsewhere, or there is nothing to ask.
    pub(crate) fn sweep(&self, viewer: &Viewer) -> Result<(), AppError> {
        viewer.require(Permission::RunWatch)?;
        self.app.current_corpus()?;
        let by = viewer.actor.printed();
        {
            let mut sweeping = self.sweeping.lock().unwrap_or_else(PoisonError::into_inner);
            let here = matches!(*sweeping, Sweeping::Running { .. });
            if here || watch::elsewhere(&self.app)?.is_some() {
                return Err(AppError::Conflict("a sweep is running already".to_owned()));
            }
            *sweeping = Sweeping::Running { by: by.clone(), since: self.app.now() };
        }
        let (portal, viewer) = (self.clone(), viewer.clone());
        // Not one of the calls that are counted: it takes as long as it takes, and pages go on.
        task::spawn_blocking(move || {
            // What begins when it is dropped, also when the sweep panics.
            let mut end = End { portal: &portal, state: Some(broke_off(&by, &portal)) };
            end.state = Some(match sweep::sweep(&portal.app, &viewer, false) {
                Ok(_) => Sweeping::Rests,
                Err(error) => {
                    tracing::error!(%error, "a sweep that was begun in the portal failed");
                    Sweeping::Failed { by, at: portal.app.now(), why: told(&error) }
                }
            });
        });
        Ok(())
    }
}

fn broke_off(by: &str, portal: &Portal) -> Sweeping {
    let why = "It broke off; the log says where.".to_owned();
    Sweeping::Failed { by: by.to_owned(), at: portal.app.now(), why }
}

struct End<'p> {
    portal: &'p Portal,
    state: Option<Sweeping>,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        let state = self.state.take().unwrap_or_default();
        *self.portal.sweeping.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}
