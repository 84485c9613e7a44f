//! Writes every sample page as a file that a browser opens without a server: `cargo run -p web --example gallery -- DIR`.
//! A second argument, `dark` or `light`, fixes the theme.

use std::path::PathBuf;

mod sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name the folder to write to")?);
    let theme = arguments.next().and_then(|theme| theme.into_string().ok());
    std::fs::create_dir_all(&folder)?;
    let assets = [&*web::assets::TOKENS, &*web::assets::STYLE, &*web::assets::SCRIPT];
    for asset in assets {
        std::fs::write(folder.join(asset.path.trim_start_matches("/assets/")), asset.text)?;
    }
    for (name, html) in sample::pages()? {
        let mut html = html.replace("\"/assets/", "\"");
        if let Some(theme) = &theme {
            html =
                html.replacen("<html lang=\"en\"", &format!("<html lang=\"en\" data-theme=\"{theme}\""), 1);
        }
        std::fs::write(folder.join(format!("{name}.html")), html)?;
    }
    Ok(())
}
