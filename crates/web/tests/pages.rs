//! Every sample page: its HTML as a snapshot, and what must hold for all of them.

#[path = "../examples/sample/mod.rs"]
mod sample;

fn pages() -> Vec<(&'static str, String)> {
    match sample::pages() {
        Ok(pages) => pages,
        Err(error) => unreachable!("{error}: {error:?}"),
    }
}

#[test]
fn pages_look_as_reviewed() {
    for (name, html) in pages() {
        // One element a line, without the sprite and the digests of the assets, so that a difference can be read.
        let html = html.replace(web::assets::SPRITE, "").replace("><", ">\n<");
        let html: String = html
            .lines()
            .map(|line| if line.contains("/assets/") { "<!-- asset -->" } else { line })
            .collect::<Vec<_>>()
            .join("\n");
        insta::assert_snapshot!(name, html);
    }
}

#[test]
fn nothing_needs_a_weaker_content_policy() {
    for (name, html) in pages() {
        assert!(!html.contains("<style"), "{name} has a style element");
        assert!(!html.contains(" style="), "{name} has an inline style");
        assert!(!html.contains("javascript:"), "{name} has a script address");
        for script in html.split("<script").skip(1) {
            assert!(script.starts_with(" defer src=\"/assets/"), "{name} has an inline script");
        }
        for tag in tags(&html) {
            for attribute in attributes(tag) {
                assert!(
                    !attribute.starts_with("on"),
                    "{name} has the event attribute {attribute} in <{tag}>"
                );
            }
        }
        for foreign in ["src=\"http", "href=\"http", "src=\"//", "href=\"//", "@import"] {
            assert!(!html.contains(foreign), "{name} loads something from elsewhere: {foreign}");
        }
    }
}

#[test]
fn each_page_has_one_heading_and_its_landmarks() {
    for (name, html) in pages() {
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert_eq!(html.matches("<main id=\"main\">").count(), 1, "{name}: one main");
        assert_eq!(html.matches("lang=\"en\"").count(), 1, "{name}: a language");
        if html.contains("class=\"app\"") {
            assert!(html.contains("href=\"#main\""), "{name}: skip link");
            assert_eq!(
                html.matches(" aria-current=\"page\"").count().min(1),
                1,
                "{name}: current menu entry"
            );
            assert!(html.contains("class=\"only-print\""), "{name}: printed line");
        }
    }
}

#[test]
fn ids_are_unique_and_labels_reach_their_controls() {
    for (name, html) in pages() {
        let mut ids: Vec<&str> =
            html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name} uses an id twice");
        for marker in ["<label for=\"", "<label class=\"vh\" for=\"", "aria-describedby=\""] {
            for rest in html.split(marker).skip(1) {
                for target in rest.split('"').next().unwrap_or_default().split(' ') {
                    assert!(ids.binary_search(&target).is_ok(), "{name}: {marker}{target} leads nowhere");
                }
            }
        }
        for icon in html.split("<use href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(
                ids.binary_search(&icon).is_ok(),
                "{name} uses the icon {icon}, which is not in the sprite"
            );
        }
    }
}

#[test]
fn every_tag_is_closed() {
    const VOID: &[&str] = &["meta", "link", "input", "br", "!doctype"];
    for (name, html) in pages() {
        let mut open: Vec<&str> = Vec::new();
        for tag in tags(&html) {
            let word = tag.split([' ', '/']).next().unwrap_or_default();
            if let Some(closed) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed.trim()), "{name} closes </{closed}>");
            } else if !tag.ends_with('/') && !VOID.contains(&word) {
                open.push(word);
            }
        }
        assert!(open.is_empty(), "{name} leaves {open:?} open");
    }
}

#[test]
fn the_past_offers_no_acts() {
    for (name, html) in pages() {
        let past = html.contains("<body class=\"past\">");
        assert_eq!(past, name.ends_with("-past"), "{name}");
        if past {
            // Signing out is no act on the record.
            assert_eq!(html.matches("method=\"post\"").count(), 1, "{name} can still change something");
            assert_eq!(
                html.matches("class=\"b p").count(),
                1,
                "{name}: the one filled button leads back to now"
            );
            for link in ["href=\"/\"", "href=\"/inbox\"", "href=\"/watch\"", "href=\"/ledger\""] {
                let menu = html.split("<main").next().unwrap_or_default();
                assert!(!menu.contains(link), "{name}: the menu link {link} loses the moment");
            }
        }
    }
}

#[test]
fn each_control_is_labelled_and_each_head_says_its_direction() {
    for (name, html) in pages() {
        for (at, _) in html.match_indices('<') {
            let tag = html[at + 1..].split('>').next().unwrap_or_default();
            let element = tag.split([' ', '/']).next().unwrap_or_default();
            if element == "th" {
                assert!(tag.contains(" scope=\""), "{name}: <{tag}> heads nothing");
            }
            if element == "table" {
                let table = html[at..].split("</table>").next().unwrap_or_default();
                assert!(table.contains("<th scope=\"col\""), "{name}: a table without heads: {table:.200}");
            }
            if !["input", "select", "textarea"].contains(&element) || tag.contains("type=\"hidden\"") {
                continue;
            }
            let id = tag.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next());
            let named = id.is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
            let inside = html[..at].rfind("<label") > html[..at].rfind("</label>");
            assert!(named || inside, "{name}: nothing says what <{tag}> is for");
        }
    }
}

#[test]
fn headings_do_not_skip_a_level() {
    for (name, html) in pages() {
        let body = html.split("<main").nth(1).unwrap_or_default();
        let levels: Vec<u32> = body
            .match_indices("<h")
            .filter_map(|(at, _)| body[at + 2..].chars().next()?.to_digit(10))
            .collect();
        // The inbox names its list before the pane whose heading is the page's.
        let mut deepest = 2;
        for level in levels {
            assert!(level <= deepest + 1, "{name}: h{level} after h{deepest}");
            deepest = level.max(2);
        }
    }
}

/// Both halves of a `light-dark()` token, or the one colour twice.
fn token(name: &str) -> [[f64; 3]; 2] {
    let value = web::assets::TOKENS.text.split(&format!("--{name}:")).nth(1).unwrap_or_default();
    let value = value.split(';').next().unwrap_or_default();
    let inner = value.trim_start_matches("light-dark(").trim_end_matches(')');
    let mut halves = inner.split(',').map(colour);
    let light = halves.next().unwrap_or_default();
    [light, halves.next().unwrap_or(light)]
}

fn colour(text: &str) -> [f64; 3] {
    let digits: Vec<u32> =
        text.trim().trim_start_matches('#').chars().filter_map(|c| c.to_digit(16)).collect();
    let channel = |n: usize| match digits[..] {
        [r, g, b] => [r, g, b][n] * 17,
        [a, b, c, d, e, f] => [a * 16 + b, c * 16 + d, e * 16 + f][n],
        _ => unreachable!("{text} is no colour"),
    };
    [0, 1, 2].map(|n| f64::from(channel(n)) / 255.0)
}

/// Relative luminance and contrast as WCAG 2.2 defines them.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let luminance = |colour: [f64; 3]| {
        let linear = colour.map(|c| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_pair_of_tokens_can_be_read() {
    let grounds = ["canvas", "surface", "sunken"];
    let check = |front: &str, ground: &str, least: f64| {
        for (theme, (front_colour, ground_colour)) in
            ["light", "dark"].into_iter().zip(token(front).into_iter().zip(token(ground)))
        {
            let found = contrast(front_colour, ground_colour);
            assert!(found >= least, "{theme}: --{front} on --{ground} has {found:.2}, {least} is needed");
        }
    };
    for front in ["ink", "ink2", "ink3", "acc", "harm", "red", "amb", "grn"] {
        grounds.iter().for_each(|ground| check(front, ground, 4.5));
    }
    for tinted in ["acc", "harm", "red", "amb", "grn"] {
        check(tinted, &format!("{tinted}-soft"), 4.5);
        check("ink", &format!("{tinted}-soft"), 4.5);
    }
    check("on-acc", "acc", 4.5);
    check("surface", "ink", 4.5);
    grounds.iter().for_each(|ground| check("edge", ground, 3.0));
    ["amb-f", "grn-f", "acc"].into_iter().for_each(|mark| check(mark, "surface", 3.0));
}

#[test]
fn style_sheets_and_pages_stay_small() {
    let css = web::assets::TOKENS.text.len() + web::assets::STYLE.text.len();
    assert!(css < 40_000, "the style sheets have {css} bytes; 40,000 are allowed");
    assert!(web::assets::SCRIPT.text.len() < 4_000);
    for (name, html) in pages() {
        assert!(html.len() < 60_000, "{name} has {} bytes; 60,000 are allowed", html.len());
    }
}

#[test]
fn styles_load_nothing_and_each_class_is_defined() {
    let css = format!("{}{}", web::assets::TOKENS.text, web::assets::STYLE.text);
    assert!(!css.contains("url(") && !css.contains("@import"), "a style sheet loads something");
    // Hooks of the script and of forced colours need no rule.
    const BARE: &[&str] = &["l", "tx", "decide", "open"];
    for (name, html) in pages() {
        for class in html.split(" class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            for word in class.split_whitespace() {
                assert!(
                    BARE.contains(&word) || css.contains(&format!(".{word}")),
                    "{name}: .{word} has no rule"
                );
            }
        }
    }
}

#[test]
fn the_answer_sentence_never_hides_what_is_open() {
    use web::view::impact::Answer;
    let check = |affected, open, unread, sentence: &str| {
        let Answer::Vulnerability(mut answer) = sample::portfolio::impact().answer else {
            unreachable!("the sample answers a vulnerability");
        };
        (answer.affected.n, answer.open.n, answer.not_ruled_out.n) = (affected, open, unread);
        answer.affected_releases = 2;
        answer.open_releases = 1;
        let html = web::render(&answer.headline()).unwrap_or_default();
        let text: String = html.split('<').map(|part| part.rsplit('>').next().unwrap_or_default()).collect();
        assert_eq!(text.trim(), sentence);
    };
    check(15_695, 0, 742, "Yes. 15,695 units in 2 releases are affected, and 742 more cannot be ruled out.");
    check(1, 0, 0, "Yes. 1 unit in 2 releases is affected.");
    check(
        9,
        4,
        2,
        "Yes. 9 units in 2 releases are affected, 4 more are in range and not decided, and 2 more cannot be ruled out.",
    );
    check(0, 986, 0, "Not decided. 986 units in 1 release are in range.");
    check(0, 1, 3, "Not decided. 1 unit in 1 release is in range, and 3 more cannot be ruled out.");
    check(0, 0, 742, "No known release out of 23 is in range, but 742 units cannot be ruled out.");
    check(0, 0, 0, "No release out of 23 is in range, as far as the inventories tell.");
}

#[test]
fn what_people_typed_is_escaped() {
    use web::view::chip::Chip;
    use web::view::count::{Count, Headline, Link};
    let hostile = r#""><script>alert(1)</script>"#;
    let rendered = [
        web::render(&Link::new(hostile, hostile)),
        web::render(&Count::new(1, hostile)),
        web::render(&Headline::default().text(hostile).strong(hostile).link(hostile, hostile)),
        web::render(&Chip::new("", "q", hostile)),
        web::render(&Chip::unknown(hostile)),
    ];
    for html in rendered.into_iter().flatten() {
        assert!(!html.contains("<script"), "{html}");
        assert!(!html.contains(r#"""#.repeat(2).as_str()), "{html}");
    }
}

#[test]
fn an_asset_is_found_by_its_digest_only() {
    let path = &web::assets::STYLE.path;
    assert_eq!(web::assets::asset(path).map(|asset| asset.text), Some(web::assets::STYLE.text));
    assert!(web::assets::asset("/assets/aftercare.css").is_none());
}

/// The inside of each tag, without comments.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|rest| rest.split('>').next()).filter(|tag| !tag.starts_with("!--"))
}

/// Names of the attributes of a tag; text inside quotes is passed over.
fn attributes(tag: &str) -> Vec<&str> {
    tag.split('"')
        .step_by(2)
        .flat_map(|outside| outside.split_whitespace())
        .skip(1)
        .filter_map(|word| word.split('=').next())
        .collect()
}
