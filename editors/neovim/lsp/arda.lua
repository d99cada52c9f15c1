---@brief
---
--- Completes and explains the hosts, users and values of a Nix flake.
---
--- For Neovim 0.11 and newer: `vim.lsp.enable('arda')`. It runs beside nixd or nil.

---@type vim.lsp.Config
return {
  cmd = { 'arda', 'lsp' },
  filetypes = { 'nix' },
  root_markers = { 'flake.nix' },
  handlers = require('arda').handlers,
  commands = require('arda.choose').commands,
}
