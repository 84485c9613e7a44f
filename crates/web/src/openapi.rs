//! The description of the API, made from the table of routes: it cannot list a route that is not there, nor miss one.

use utoipa::openapi::{
    InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, ResponseBuilder,
    path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn},
};

use crate::{
    answer::is_api,
    policy::{Access, ROUTES},
};

/// Parameters of the routes, beside `as_of`, which all reads have.
const PARAMETERS: &[(&str, &str, &str)] = &[
    ("/api/v1/account", "release", "slug@version; all releases when left out"),
    ("/api/v1/exposed", "vulnerability", "Any name of the vulnerability"),
    ("/api/v1/ledger", "below", "Entries below this sequence number"),
];

/// The description of every route of the API.
pub(crate) fn description() -> OpenApi {
    let mut paths = PathsBuilder::new();
    for route in ROUTES.iter().filter(|route| is_api(route.path)) {
        let mut operation = OperationBuilder::new()
            .description(Some(format!("Needs: {}", route.access.words())))
            .response("200", ResponseBuilder::new().description("The answer, as JSON"));
        if route.access != Access::Public {
            operation = operation
                .parameter(parameter("as_of", "A date or an RFC 3339 moment; now when left out"))
                .response("401", ResponseBuilder::new().description("Nobody is signed in"))
                .response("403", ResponseBuilder::new().description("No role permits it"))
                .response("422", ResponseBuilder::new().description("A parameter does not hold"));
        }
        for (_, name, words) in PARAMETERS.iter().filter(|(path, ..)| *path == route.path) {
            operation = operation.parameter(parameter(name, words));
        }
        paths = paths.path(route.path, PathItem::new(HttpMethod::Get, operation.build()));
    }
    let info = InfoBuilder::new().title("aftercare").version(env!("CARGO_PKG_VERSION")).build();
    OpenApiBuilder::new().info(info).paths(paths.build()).build()
}

fn parameter(name: &str, words: &str) -> utoipa::openapi::path::Parameter {
    ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).description(Some(words)).build()
}
