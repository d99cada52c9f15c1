if vim.g.loaded_arda then
  return
end
vim.g.loaded_arda = true

-- Neovim 0.11 finds lsp/arda.lua by itself; before that somebody has to start the server.
if vim.g.arda_autostart ~= false and not vim.lsp.enable then
  require('arda').setup()
end
