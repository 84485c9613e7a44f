//! The description of the API, made from the table of routes: it cannot list a route that is not there, nor miss one.

use utoipa::{
    ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref,
        RefOr, ResponseBuilder, Schema,
        path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    answer::is_api,
    api::{cases::CaseList, products::ProductList, releases::ReleaseList, units::UnitList},
    policy::{Access, Method, ROUTES},
};

/// Parameters of the routes, beside `as_of`, which all reads have.
const PARAMETERS: &[(&str, &str, &str)] = &[
    ("/api/v1/account", "release", "slug@version; all releases when left out"),
    (
        "/api/v1/evidence",
        "release",
        "slug@version, with what its evidence excludes; all evidence when left out",
    ),
    ("/api/v1/exposed", "vulnerability", "Any name of the vulnerability"),
    ("/api/v1/products", "sort", "`name` (as when left out) or `slug`"),
    ("/api/v1/releases", "product", "Slug of a product"),
    ("/api/v1/releases", "inventory", "`none`: only those without one"),
    ("/api/v1/releases", "sort", "`version` (as when left out) or `released_on`, latest first"),
    ("/api/v1/units", "serial", "This serial number; nothing else is looked at then"),
    ("/api/v1/units", "product", "Slug of a product"),
    ("/api/v1/units", "release", "slug@version, or `unknown` for units that were never read"),
    ("/api/v1/units", "site", "Name or id of a site"),
    ("/api/v1/units", "country", "ISO 3166-1 alpha-2, or `unknown`; not looked at where a site is given"),
    ("/api/v1/cases", "stage", "Stable word of a stage"),
    ("/api/v1/cases", "owner", "Id of a person, or `nobody`"),
    ("/api/v1/cases", "sort", "`number` (as when left out), `due`, `learned` or `harm`"),
    ("/api/v1/blind-spots", "release", "slug@version"),
    ("/api/v1/blind-spots", "after", "The `next` of the page before"),
    ("/api/v1/blind-spots", "limit", "Rows of a page, 1 to 1000; 100 when left out"),
    ("/api/v1/mappings", "release", "slug@version: only what holds there"),
    ("/api/v1/ledger", "below", "Entries below this sequence number"),
];

/// A schema by its name.
type Named = (String, RefOr<Schema>);

/// Makes the schema of an answer: its name, and every schema it is made of.
type Schemas = fn() -> (String, Vec<Named>);

/// Routes with a schema for their answer; all of them are lists that are paged by key.
const LISTS: &[(&str, Schemas)] = &[
    ("/api/v1/products", schemas::<ProductList>),
    ("/api/v1/releases", schemas::<ReleaseList>),
    ("/api/v1/units", schemas::<UnitList>),
    ("/api/v1/cases", schemas::<CaseList>),
];

/// The description of every route of the API.
pub(crate) fn description() -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new();
    for route in ROUTES.iter().filter(|route| is_api(route.path)) {
        let mut answer = ResponseBuilder::new().description("The answer, as JSON");
        let mut operation =
            OperationBuilder::new().description(Some(format!("Needs: {}", route.access.words())));
        if let Some((_, schemas)) = LISTS.iter().find(|(path, _)| *path == route.path) {
            let (name, schemas) = schemas();
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
            answer = answer.content("application/json", content);
            components = components.schemas_from_iter(schemas);
            operation = operation
                .parameter(parameter("after", "The `next` of the page before"))
                .parameter(parameter("limit", "Rows of a page, 1 to 1000; 100 when left out"));
        }
        operation = operation.response("200", answer);
        let reads = route.method == Method::Get;
        if reads && route.access != Access::Public {
            operation =
                operation.parameter(parameter("as_of", "A date or an RFC 3339 moment; now when left out"));
        }
        if route.access != Access::Public {
            operation = operation
                .response("401", ResponseBuilder::new().description("Nobody is signed in"))
                .response("403", ResponseBuilder::new().description("No role permits it"))
                .response("422", ResponseBuilder::new().description("A parameter does not hold"));
        }
        for (_, name, words) in PARAMETERS.iter().filter(|(path, ..)| reads && *path == route.path) {
            operation = operation.parameter(parameter(name, words));
        }
        let method = if reads { HttpMethod::Get } else { HttpMethod::Post };
        paths = paths.path(route.path, PathItem::new(method, operation.build()));
    }
    let info = InfoBuilder::new().title("aftercare").version(env!("CARGO_PKG_VERSION")).build();
    OpenApiBuilder::new().info(info).paths(paths.build()).components(Some(components.build())).build()
}

fn parameter(name: &str, words: &str) -> utoipa::openapi::path::Parameter {
    ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).description(Some(words)).build()
}

/// The name of a type's schema, with every schema it is made of.
fn schemas<T: ToSchema>() -> (String, Vec<Named>) {
    let name = T::name().into_owned();
    let mut schemas = vec![(name.clone(), T::schema())];
    T::schemas(&mut schemas);
    (name, schemas)
}
