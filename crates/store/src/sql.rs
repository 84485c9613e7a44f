//! The few rewrites between the two engines. In statements: `$n` and lists. In migrations: words. Nothing else.

/// A statement as SQLite reads it: `$3` → `?3`, `IN (LIST $3)` → `IN (SELECT value FROM json_each(?3))`.
pub(crate) fn for_sqlite(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 32);
    let mut rest = sql;
    while let Some(start) = rest.find("(LIST $") {
        let digits = rest[start + 7..].bytes().take_while(u8::is_ascii_digit).count();
        text.push_str(&rest[..start]);
        text.push_str("(SELECT value FROM json_each($");
        text.push_str(&rest[start + 7..start + 7 + digits]);
        text.push_str("))");
        rest = rest[start + 7 + digits..].trim_start().strip_prefix(')').unwrap_or_default();
    }
    text.push_str(rest);
    text.replace('$', "?")
}

/// A statement as PostgreSQL reads it: `IN (LIST $3)` → `= ANY ($3)`, `NOT IN (LIST $3)` → `<> ALL ($3)`.
pub(crate) fn for_postgres(sql: &str) -> String {
    sql.replace("NOT IN (LIST $", "<> ALL ($").replace("IN (LIST $", "= ANY ($")
}

/// A migration as PostgreSQL reads it: INTEGER → BIGINT, BLOB → BYTEA, TEXT → TEXT COLLATE "C"; STRICT and WITHOUT ROWID
/// dropped. Comments and quoted text stay as they are.
pub(crate) fn migration_for_postgres(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.lines() {
        let (code, comment) = line.split_once("--").unwrap_or((line, ""));
        let mut quoted = false;
        for piece in code.split_inclusive('\'') {
            if quoted {
                out.push_str(piece);
            } else {
                rewrite_words(piece, &mut out);
            }
            if piece.ends_with('\'') {
                quoted = !quoted;
            }
        }
        if !comment.is_empty() {
            out.push_str("--");
            out.push_str(comment);
        }
        out.push('\n');
    }
    out
}

fn rewrite_words(code: &str, out: &mut String) {
    let code = code.replace("WITHOUT ROWID, STRICT", "STRICT").replace("STRICT, WITHOUT ROWID", "STRICT");
    let code = code.replace("WITHOUT ROWID", "STRICT");
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        out.push_str(match word.as_str() {
            "INTEGER" => "BIGINT",
            "BLOB" => "BYTEA",
            "TEXT" => "TEXT COLLATE \"C\"",
            "STRICT" => "",
            other => other,
        });
        word.clear();
    };
    for character in code.chars() {
        if character.is_ascii_alphanumeric() || character == '_' {
            word.push(character);
        } else {
            flush(&mut word, out);
            out.push(character);
        }
    }
    flush(&mut word, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements() {
        let sql = "SELECT a FROM t WHERE a = $1 AND b IN (LIST $2) AND c NOT IN (LIST $12) LIMIT $3";
        assert_eq!(
            for_sqlite(sql),
            "SELECT a FROM t WHERE a = ?1 AND b IN (SELECT value FROM json_each(?2)) AND c NOT IN (SELECT value FROM \
             json_each(?12)) LIMIT ?3"
        );
        assert_eq!(
            for_postgres(sql),
            "SELECT a FROM t WHERE a = $1 AND b = ANY ($2) AND c <> ALL ($12) LIMIT $3"
        );
    }

    #[test]
    fn migrations() {
        let text = "CREATE TABLE t ( -- TEXT stays\n  a INTEGER, b TEXT CHECK (b <> 'TEXT'), c BLOB\n) STRICT, WITHOUT ROWID;";
        assert_eq!(
            migration_for_postgres(text),
            "CREATE TABLE t ( -- TEXT stays\n  a BIGINT, b TEXT COLLATE \"C\" CHECK (b <> 'TEXT'), c BYTEA\n) ;\n"
        );
    }
}
