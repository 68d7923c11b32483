//! `after`: what starts before a service, units of the host and services of the same recipe.
//!
//! A name that is one of the recipe's services is that service, under whatever name its manager knows it; every other name is a
//! unit of the host. `redis-server.service` is always the host's.

use super::Service;
use crate::recipe::names::{ServiceName, UnitName};
use crate::recipe::table::Table;

/// What starts before a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predecessor {
    /// A unit of the host.
    Unit(UnitName),
    /// A service of the same recipe.
    Service(ServiceName),
}

/// Reads `after` of a service; `names` are those of all services of the recipe.
pub(super) fn read(table: &Table<'_>, names: &[ServiceName]) -> Vec<Predecessor> {
    let written = table.strings("after");
    let own = |unit: &UnitName| {
        names.iter().find(|name| {
            let is_written = written.iter().any(|text| text.value == name.as_str());
            is_written && UnitName::is_meant(name.as_str(), unit)
        })
    };
    table
        .parsed_list::<UnitName>("after")
        .into_iter()
        .map(|unit| match own(&unit) {
            Some(name) => Predecessor::Service(name.clone()),
            None => Predecessor::Unit(unit),
        })
        .collect()
}

/// Refuses services that wait for themselves.
pub(super) fn check(document: &Table<'_>, services: &[Service]) {
    let all: Vec<_> = services.iter().collect();
    let waiting = waiting(&all);
    for entry in document.entries("service") {
        let is_waiting = waiting
            .iter()
            .any(|service| service.name.as_str() == entry.name.value);
        let Some(table) = document.entry_table("service", &entry) else {
            continue;
        };
        if let Some(span) = table.place_of("after").filter(|_| is_waiting) {
            table.conflict(
                span,
                format!(
                    "`{}` leads back to `{}`",
                    table.full("after"),
                    entry.name.value
                ),
                "each would wait until the other has started",
                "take one of them out",
            );
        }
    }
}

/// Returns services in an order in which each comes behind those that it is `after`; apart from that as they stand.
pub fn in_order<'a>(services: &[&'a Service]) -> Vec<&'a Service> {
    let (mut ordered, left) = sorted(services);
    ordered.extend(left);
    ordered
}

/// Returns those that are `after` themselves, by whatever way.
fn waiting<'a>(services: &[&'a Service]) -> Vec<&'a Service> {
    let (_, left) = sorted(services);
    let reaches_itself = |service: &&'a Service| {
        let mut reached = vec![*service];
        let mut next = 0;
        while next < reached.len() {
            for other in &left {
                if is_after(reached[next], other) {
                    if other.name == service.name {
                        return true;
                    }
                    if !reached.iter().any(|known| known.name == other.name) {
                        reached.push(other);
                    }
                }
            }
            next += 1;
        }
        false
    };
    left.iter().copied().filter(reaches_itself).collect()
}

/// Returns those that can be put into an order, in that order, and the rest.
fn sorted<'a>(services: &[&'a Service]) -> (Vec<&'a Service>, Vec<&'a Service>) {
    let mut ordered = Vec::new();
    let mut left = services.to_vec();
    while let Some(at) = left
        .iter()
        .position(|service| !left.iter().any(|other| is_after(service, other)))
    {
        ordered.push(left.remove(at));
    }
    (ordered, left)
}

fn is_after(service: &Service, other: &Service) -> bool {
    service
        .after
        .contains(&Predecessor::Service(other.name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Recipe;
    use std::path::Path;

    /// Reads services, each with what it is `after`.
    fn read(services: &[(&str, &[&str])]) -> crate::recipe::Reading<Recipe> {
        let head = "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ada <ada@example.org>\"\nsummary = \"small thing\"\n";
        let tables = services.iter().map(|(name, after)| {
            format!("[service.{name}]\ncommand = \"/bin/{name}\"\nafter = {after:?}\n")
        });
        let text = head.to_owned() + &tables.collect::<String>();
        Recipe::read(&text, Path::new(""))
    }

    #[test]
    fn services_come_behind_those_that_they_are_after() {
        let recipe = read(&[
            ("a", &["c", "redis-server", "b.service"]),
            ("b", &[]),
            ("c", &["d"]),
            ("d", &[]),
        ])
        .value
        .expect("a recipe");
        let all: Vec<_> = recipe.services.iter().collect();
        let names: Vec<_> = in_order(&all)
            .iter()
            .map(|service| service.name.as_str())
            .collect();
        assert_eq!(names, ["b", "d", "c", "a"]);
        assert_eq!(
            recipe.services[0].after,
            [
                Predecessor::Service("c".parse().expect("a name")),
                Predecessor::Unit("redis-server.service".parse().expect("a unit")),
                Predecessor::Unit("b.service".parse().expect("a unit")),
            ]
        );
    }

    #[test]
    fn a_service_that_waits_for_itself_is_refused_and_one_that_waits_for_it_is_not() {
        let reading = read(&[("a", &["b"]), ("b", &["a"]), ("c", &["b"]), ("d", &["d"])]);
        let titles: Vec<_> = reading
            .problems()
            .iter()
            .map(|problem| problem.title.clone())
            .collect();
        assert_eq!(
            titles,
            [
                "`service.a.after` leads back to `a`",
                "`service.b.after` leads back to `b`",
                "`service.d.after` leads back to `d`"
            ]
        );
    }
}
