--- `:checkhealth arda`
local M = {}

local health = vim.health or {}
local start = health.start or require('health').report_start
local ok = health.ok or require('health').report_ok
local warn = health.warn or require('health').report_warn
local fail = health.error or require('health').report_error

function M.check()
  start('arda')
  local command = require('arda').config.cmd[1]
  if vim.fn.executable(command) == 0 then
    fail(command .. ' is not on the PATH of Neovim; install arda, or name it: require("arda").setup({ cmd = { "/path/to/arda", "lsp" } })')
    return
  end
  ok(command .. ': ' .. vim.fn.exepath(command))
  local version = vim.fn.systemlist({ command, 'version' })[1]
  if vim.v.shell_error == 0 then
    ok(version or '')
  else
    fail('`' .. command .. ' version` fails: ' .. (version or ''))
  end
  local file = vim.api.nvim_buf_get_name(0)
  local root = require('arda').root(vim.fn.filereadable(file) == 1 and file or vim.fn.getcwd() .. '/x')
  if root then
    ok('flake: ' .. root)
  else
    warn('the current file belongs to no flake; arda is started for files below a flake.nix')
  end
end

return M
