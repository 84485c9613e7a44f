//! The sweep that people begin from the portal: one at a time, in the background, and how the last one ended. A sweep that
//! others began on the same workspace is seen by its lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::{App, AppError, Viewer, page::watch, sweep};
use domain::person::Permission;
use jiff::Timestamp;
use tokio::task;

use crate::refusal::told;

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

/// The sweeps that are begun here. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Sweeps(Arc<Mutex<Sweeping>>);

impl Sweeps {
    /// Where the last one stands.
    pub(crate) fn last(&self) -> Sweeping {
        self.held().clone()
    }

    /// Begins one, unless one is under way here or elsewhere, or there is nothing to ask.
    pub(crate) fn begin(&self, app: &App, viewer: &Viewer) -> Result<(), AppError> {
        viewer.require(Permission::RunWatch)?;
        app.current_corpus()?;
        let by = viewer.actor.printed();
        {
            let mut last = self.held();
            if matches!(*last, Sweeping::Running { .. }) || watch::elsewhere(app)?.is_some() {
                return Err(AppError::Conflict("a sweep is running already".to_owned()));
            }
            *last = Sweeping::Running { by: by.clone(), since: app.now() };
        }
        let (sweeps, app, viewer) = (self.clone(), app.clone(), viewer.clone());
        // Not one of the calls that are counted: it takes as long as it takes, and pages go on.
        task::spawn_blocking(move || {
            let failed = |why: String| Sweeping::Failed { by: by.clone(), at: app.now(), why };
            // Written when it is dropped, so also when the sweep panics.
            let mut end = End { sweeps, state: failed("It broke off; the log says where.".to_owned()) };
            end.state = match sweep::sweep(&app, &viewer, false) {
                Ok(_) => Sweeping::Rests,
                Err(error) => {
                    tracing::error!(%error, "a sweep that was begun in the portal failed");
                    failed(told(&error))
                }
            };
        });
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Sweeping> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct End {
    sweeps: Sweeps,
    state: Sweeping,
}

impl Drop for End {
    fn drop(&mut self) {
        *self.sweeps.held() = std::mem::take(&mut self.state);
    }
}
