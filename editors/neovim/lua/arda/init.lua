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

local clients = {}

--- Attaches a buffer of a flake; does nothing for any other.
function M.attach(buffer)
  local root = M.root(vim.api.nvim_buf_get_name(buffer))
  if not root then
    return nil
  end
  local config = { name = 'arda', cmd = M.config.cmd, root_dir = root }
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
--- @param options table|nil `cmd`: the command, if `arda` is not on the PATH
function M.setup(options)
  M.config = vim.tbl_extend('force', M.config, options or {})
  if vim.lsp.config and vim.lsp.enable then -- 0.11 and newer
    vim.lsp.config('arda', { cmd = M.config.cmd, filetypes = { 'nix' }, root_markers = { 'flake.nix' } })
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
