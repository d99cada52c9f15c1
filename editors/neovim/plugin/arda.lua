if vim.g.loaded_arda then
  return
end
vim.g.loaded_arda = true

vim.api.nvim_create_user_command('ArdaCancel', function()
  require('arda.work').cancel()
end, { desc = 'Give up what arda builds or deploys' })

-- Neovim 0.11 finds lsp/arda.lua by itself; before that somebody has to start the server.
if vim.g.arda_autostart ~= false and not vim.lsp.enable then
  require('arda').setup()
end
