--- Starts `arda lsp` on any Neovim from 0.7 on.
local M = {}

M.config = { cmd = { 'arda', 'lsp' } }

--- The directory of the nearest flake.nix above a file; nil where there is none.
function M.root(file)
  local at = vim.fn.fnamemodify(file, ':p:h')
  while true do
    if vim.fn.filereadable(at .. '/flake.nix') == 1 then
      return at
    end
    local parent = vim.fn.fnamemodify(at, ':h')
    if parent == at then
      return nil
    end
    at = parent
  end
end

--- What the server builds and deploys goes through `arda.work`, and then where it would have gone.
M.handlers = {
  ['$/progress'] = function(...)
    return require('arda.work').progress(...)
  end,
}

--- What goes on, in one line, for a status line; empty if nothing does.
function M.status()
  return require('arda.work').status()
end

--- Shows the lenses of a buffer, now and whenever its text has changed.
function M.lenses(buffer)
  if vim.lsp.codelens.enable then -- 0.12 and newer see to it themselves
    return vim.lsp.codelens.enable(true, { bufnr = buffer })
  end
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'BufWritePost', 'TextChanged' }, {
    buffer = buffer,
    callback = vim.lsp.codelens.refresh,
  })
  vim.lsp.codelens.refresh()
end

local clients = {}

--- Attaches a buffer of a flake; does nothing for any other.
function M.attach(buffer)
  local root = M.root(vim.api.nvim_buf_get_name(buffer))
  if not root then
    return nil
  end
  local config = {
    name = 'arda',
    cmd = M.config.cmd,
    root_dir = root,
    handlers = M.handlers,
    commands = require('arda.choose').commands,
    on_attach = M.config.on_attach,
  }
  if vim.lsp.start then -- 0.8 and newer
    return vim.lsp.start(config, { bufnr = buffer })
  end
  local id = clients[root]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(config)
    clients[root] = id
  end
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
  return id
end

--- Attaches every Nix buffer from now on.
--- @param options table|nil `cmd`: the command, if `arda` is not on the PATH; `on_attach`: called with the client and the buffer
function M.setup(options)
  M.config = vim.tbl_extend('force', M.config, options or {})
  if vim.lsp.config and vim.lsp.enable then -- 0.11 and newer
    vim.lsp.config('arda', M.config) -- beside what lsp/arda.lua says
    vim.lsp.enable('arda')
    return
  end
  local group = vim.api.nvim_create_augroup('arda', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'nix',
    callback = function(event)
      M.attach(event.buf)
    end,
  })
end

return M
