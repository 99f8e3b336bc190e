//! `/api/v1/catalog`: the permissions that are asked for.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{AnyRole, Caller, Limited};
use crate::domain::catalog::{Catalog, CategoryView, ScopeView};
use crate::web::status_json::AccessJson;

/// The permissions that are asked for, in groups.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Catalog)]
pub(super) struct CatalogJson {
    /// Changes with the words and scopes.
    #[schema(example = "2b1d0f3a9c47")]
    version: String,
    categories: Vec<CategoryJson>,
}

/// A group of permissions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogCategory)]
struct CategoryJson {
    #[schema(example = "users")]
    id: String,
    #[schema(example = "Users")]
    name: String,
    /// What the vendor does with the group.
    sentence: String,
    scopes: Vec<ScopeJson>,
}

/// One permission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CatalogScope)]
struct ScopeJson {
    /// Okta's name of it.
    #[schema(example = "okta.users.manage")]
    id: String,
    access: AccessJson,
    name: String,
    /// What the vendor does with it.
    does: String,
    /// What does not work without it.
    without: String,
}

impl CategoryJson {
    fn of(view: &CategoryView<'_>) -> Self {
        Self {
            id: view.id.to_owned(),
            name: view.name.to_owned(),
            sentence: view.sentence.to_owned(),
            scopes: view.scopes.iter().map(ScopeJson::of).collect(),
        }
    }
}

impl ScopeJson {
    fn of(view: &ScopeView<'_>) -> Self {
        Self {
            id: view.id.to_owned(),
            access: view.access.into(),
            name: view.name.to_owned(),
            does: view.does.to_owned(),
            without: view.without.to_owned(),
        }
    }
}

/// Show the catalog
///
/// What administrators are asked to grant, with the words that they read.
#[utoipa::path(
    get, path = "/api/v1/catalog", tag = "Catalog", operation_id = "show_catalog",
    responses((status = 200, description = "The catalog.", body = CatalogJson)),
    extensions(("x-roles" = json!(["onboarding", "worker", "support"]))),
)]
pub(super) async fn show(
    _: Caller<Limited<AnyRole>>,
    State(catalog): State<Arc<Catalog>>,
) -> Json<CatalogJson> {
    let view = catalog.view();
    Json(CatalogJson {
        version: view.version.to_owned(),
        categories: view.categories.iter().map(CategoryJson::of).collect(),
    })
}
