//! What handlers share: the open workspace, and how many of its blocking calls run at once.

use std::sync::{Arc, PoisonError, RwLock};

use app::{App, AppError};
use tokio::{sync::Semaphore, task};

use crate::{integrity::Checked, sweeping::Sweeps};

/// Calls of the record that run at once; more wait their turn.
const AT_ONCE: usize = 16;

/// The portal's own state. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Portal {
    pub(crate) app: App,
    pub(crate) secure: bool,
    calls: Arc<Semaphore>,
    checked: Arc<RwLock<Option<Arc<Checked>>>>,
    pub(crate) sweeps: Sweeps,
}

impl Portal {
    pub(crate) fn new(app: App, secure: bool) -> Self {
        let calls = Arc::new(Semaphore::new(AT_ONCE));
        Self { app, secure, calls, checked: Arc::default(), sweeps: Sweeps::default() }
    }

    /// Runs a call of the record where it may block.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&App) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let permit = Arc::clone(&self.calls).acquire_owned().await;
        let app = self.app.clone();
        let done = task::spawn_blocking(move || {
            // Held until the call is done, also when the caller has gone away.
            let _permit = permit;
            call(&app)
        });
        done.await.unwrap_or_else(|error| Err(AppError::Defect(format!("a call broke off: {error}"))))
    }

    /// What the last check of the record found; none before the first.
    pub(crate) fn checked(&self) -> Option<Arc<Checked>> {
        self.checked.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn note_checked(&self, checked: Checked) {
        *self.checked.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(checked));
    }
}
