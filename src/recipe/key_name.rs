//! Names of keys in messages, as TOML writes them: `files."/etc/x".mode` (TOML 1.0, "Keys").

/// Joins names as TOML writes them: a key that is not bare stands in quotes.
pub(super) fn joined(table: &str, key: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let key = if !key.is_empty() && key.bytes().all(bare) {
        key.to_owned()
    } else {
        quoted(key)
    };
    if table.is_empty() {
        key
    } else {
        format!("{table}.{key}")
    }
}

fn quoted(key: &str) -> String {
    let escaped: String = key
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_put_back_into_the_recipe() {
        for (key, name) in [
            ("web", "service.web"),
            ("web@1", "service.\"web@1\""),
            ("/etc/x", "service.\"/etc/x\""),
            ("", "service.\"\""),
            ("a\"\\\n", r#"service."a\"\\\u000a""#),
        ] {
            assert_eq!(joined("service", key), name);
            assert!(
                toml::de::DeTable::parse(&format!("{name} = 1")).is_ok(),
                "{name}"
            );
        }
    }
}
