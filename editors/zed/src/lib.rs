//! Starts `arda lsp` for Nix files in Zed.

use zed_extension_api::{
    self as zed, settings::LspSettings, LanguageServerId, Result, Worktree,
};

struct Arda;

impl zed::Extension for Arda {
    fn new() -> Self {
        Self
    }

    /// The program that the settings name, else the `arda` on the PATH.
    fn language_server_command(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<zed::Command> {
        let named = LspSettings::for_worktree(server.as_ref(), worktree)
            .ok()
            .and_then(|settings| settings.binary);
        let (path, arguments) = match named {
            Some(binary) => (binary.path, binary.arguments),
            None => (None, None),
        };
        let command = path
            .or_else(|| worktree.which("arda"))
            .ok_or("arda is not on the PATH; install it, or set lsp.arda.binary.path")?;
        Ok(zed::Command {
            command,
            args: arguments.unwrap_or_else(|| vec!["lsp".into()]),
            env: worktree.shell_env(),
        })
    }

    /// What the settings say below `lsp.arda.settings`.
    fn language_server_workspace_configuration(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<zed::serde_json::Value>> {
        Ok(LspSettings::for_worktree(server.as_ref(), worktree)
            .ok()
            .and_then(|settings| settings.settings))
    }
}

zed::register_extension!(Arda);
