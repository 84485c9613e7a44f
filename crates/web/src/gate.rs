//! The gate before each route: who is it, may they, and does a form come from a page of ours. Deny by default.

use std::sync::Arc;

use app::{AppError, Viewer, session};
use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest as _, Multipart, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::person::Permission;

use crate::{
    answer,
    asked::{Asked, Fields, Upload, pairs},
    cookie,
    policy::{self, Access, Method, Route},
    state::Portal,
    view::{
        href,
        shell::{MENU, Section},
    },
};

/// The largest body of a form without a file.
const FORM_BYTES: usize = 256 * 1024;
/// The largest body of a form with one: the largest file of build evidence, and its fields.
const FILE_BYTES: usize = (64 << 20) + FORM_BYTES;

/// Most fields of a form with a file.
const FIELDS: usize = 32;

/// The largest body of a request to a route. SBOMs and feeds come in at the command line.
pub(crate) fn body_bytes(route: &Route) -> usize {
    if route.takes_file() { FILE_BYTES } else { FORM_BYTES }
}

/// Lets a request pass to its handler, or answers in its place.
pub(crate) async fn pass(
    State((portal, route)): State<(Portal, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = cookie::read(request.headers(), cookie::SESSION);
    let session = match token.clone() {
        Some(token) => match portal.run(move |app| session::resume(app, &token)).await {
            Ok(session) => session,
            Err(error) => return answer::error(&portal.app, request.uri().path(), &error),
        },
        None => None,
    };
    let permitted = match (route.access, &session) {
        (Access::Public, _) | (Access::SignedIn, Some(_)) => Ok(()),
        (Access::Needs(permission), Some(session)) => session.viewer.require(permission),
        (Access::Needs(_) | Access::SignedIn, None) => return to_the_door(&portal, route, &request),
    };
    if let Err(error) = permitted {
        return answer::error(&portal.app, request.uri().path(), &error);
    }
    let door = cookie::read(request.headers(), cookie::DOOR);
    let mut asked = Asked {
        path: request.uri().path().to_owned(),
        query: pairs(request.uri().query().unwrap_or_default()),
        fields: Fields::default(),
        file: None,
        token,
        door,
        menu: session.as_ref().map(|session| menu(&session.viewer)).unwrap_or_default(),
        session,
        checked: portal.checked(),
    };
    if route.method == Method::Post {
        let (parts, body) = request.into_parts();
        match fields(&parts, body, &asked, route).await {
            Ok((fields, file)) => (asked.fields, asked.file) = (fields, file.map(Arc::new)),
            Err(error) => return answer::error(&portal.app, &asked.path, &error),
        }
        request = Request::from_parts(parts, Body::empty());
    }
    request.extensions_mut().insert(asked);
    next.run(request).await
}

/// The fields of a form that came from a page of ours, in this session or before this door.
async fn fields(
    parts: &Parts,
    body: Body,
    asked: &Asked,
    route: &Route,
) -> Result<(Fields, Option<Upload>), AppError> {
    let headers = &parts.headers;
    let foreign = || {
        AppError::Denied(
            "this form did not come from a page of this portal, or you signed in anew since: load the page again"
                .to_owned(),
        )
    };
    // Browsers say where a form comes from; those that do not are held to the token alone.
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return Err(foreign());
    }
    let form = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (fields, file) = if form.starts_with("multipart/form-data") && route.takes_file() {
        with_file(Request::from_parts(parts.clone(), body)).await?
    } else if form.starts_with("application/x-www-form-urlencoded") {
        let body = to_bytes(body, FORM_BYTES)
            .await
            .map_err(|_| AppError::invalid("", "the form broke off or is larger than 256 KiB"))?;
        let text = std::str::from_utf8(&body).map_err(|_| AppError::invalid("", "the form is not UTF-8"))?;
        (Fields(pairs(text)), None)
    } else {
        return Err(AppError::invalid("", "send the form as application/x-www-form-urlencoded"));
    };
    let sent = fields.value("form_token");
    let ours = match (&asked.session, &asked.door) {
        (Some(session), _) => session.sent_by_our_form(sent),
        (None, Some(door)) => cookie::is_token(sent) && door == sent,
        (None, None) => false,
    };
    if ours { Ok((fields, file)) } else { Err(foreign()) }
}

/// Fields of a form, and its file.
async fn with_file(request: Request) -> Result<(Fields, Option<Upload>), AppError> {
    let broken = |_| AppError::invalid("file", "the form broke off, or its file is larger than 64 MiB");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| AppError::invalid("file", "the form cannot be read: its boundary is missing"))?;
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(part) = form.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(broken)?;
        match file_name {
            Some(name) => file = Some(Upload { name, bytes: bytes.to_vec() }),
            None if bytes.len() > FORM_BYTES || fields.len() >= FIELDS => {
                return Err(AppError::invalid(
                    "",
                    "the form has more fields, or longer ones, than any of ours",
                ));
            }
            None => fields.push((name, String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}"))),
        }
    }
    Ok((Fields(fields), file))
}

/// The pages of the menu that this person may open, by the table of routes.
fn menu(viewer: &Viewer) -> Vec<Section> {
    let items = MENU.iter().flat_map(|group| group.items);
    let open = items.filter(|item| match policy::page(item.path) {
        Some(Access::Needs(permission)) => viewer.may(permission),
        // Today answers everybody who is signed in; who may read nothing is only sent on from there.
        Some(Access::SignedIn) => viewer.may(Permission::Read),
        Some(Access::Public) | None => false,
    });
    open.map(|item| item.section).collect()
}

fn to_the_door(portal: &Portal, route: &Route, request: &Request) -> Response {
    if route.method == Method::Get && !answer::is_api(route.path) {
        let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::to(&href::with(href::SIGN_IN, &[("next", wanted)])).into_response();
    }
    let error = AppError::Unauthenticated("nobody is signed in, or the session has ended".to_owned());
    answer::error(&portal.app, request.uri().path(), &error)
}
