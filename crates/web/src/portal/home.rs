//! The first address: on to the first page of the menu that this person may open.

use app::AppError;
use axum::{extract::State, response::Response};

use crate::{answer::go, asked::Asked, frame::Frame, state::Portal, view::shell::Section};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let shell = Frame::read(app, asked)?.shell(Section::Elsewhere, "", Vec::new());
            let first = shell.menu().into_iter().flat_map(|group| group.items).next();
            let first =
                first.ok_or_else(|| AppError::Denied("you have no role that may open a page".to_owned()))?;
            Ok(go(&shell.as_of.link(first.path)))
        })
        .await
}
