-- nvim --headless -u NONE -i NONE -n -c 'luafile test/run.lua' FLAKE ARDA
-- Prints what completion offers behind `self.nixosConfigurations.` in FLAKE/flake.nix, then what hovering shows there.
local flake, arda, package = vim.env.ARDA_TEST_FLAKE, vim.env.ARDA_TEST_PROGRAM, vim.env.ARDA_TEST_PACKAGE
local function finish(text, code)
  io.stdout:write(text .. '\n')
  vim.cmd(code == 0 and 'qall!' or 'cquit!')
end
local function clients()
  return vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.lsp.buf_get_clients(0)
end
local done, message = pcall(function()
  vim.opt.runtimepath:append(package)
  local config = dofile(package .. '/lsp/arda.lua')
  assert(config.cmd[1] == 'arda' and config.cmd[2] == 'lsp' and config.filetypes[1] == 'nix', 'lsp/arda.lua')
  require('arda').setup({ cmd = { arda, 'lsp' } })
  vim.cmd('edit ' .. flake .. '/flake.nix')
  vim.bo.filetype = 'nix'
  local attached = vim.wait(60000, function()
    for _, client in pairs(clients()) do
      if client.name == 'arda' and client.initialized then
        return true
      end
    end
  end, 50)
  assert(attached, 'no server was attached')
  local marker = 'self.nixosConfigurations.'
  local line = vim.fn.search(marker, 'w')
  local column = vim.fn.getline(line):find(marker, 1, true) - 1 + #marker
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(0),
    position = { line = line - 1, character = column },
  }
  local labels
  vim.wait(60000, function()
    local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', params, 10000)
    for _, answer in pairs(answers or {}) do
      labels = vim.tbl_map(function(item)
        return item.label
      end, answer.result.items)
      return not answer.result.isIncomplete
    end
  end, 200)
  local hover = ''
  params.position.character = column - 3
  vim.wait(60000, function()
    for _, answer in pairs(vim.lsp.buf_request_sync(0, 'textDocument/hover', params, 10000) or {}) do
      hover = answer.result and answer.result.contents.value or 'nothing'
      return hover ~= 'nothing'
    end
  end, 200)
  -- What goes on is told in a line, until it has ended.
  vim.cmd('runtime plugin/arda.lua')
  assert(vim.fn.exists(':ArdaCancel') == 2, ':ArdaCancel')
  local _, server = next(clients())
  local function told(value)
    require('arda.work').progress(nil, { token = 't', value = value }, { client_id = server.id })
    return require('arda').status()
  end
  assert(told({ kind = 'begin', title = 'Build web01' }) == 'Build web01')
  assert(told({ kind = 'report', percentage = 40, message = 'builds x' }) == 'Build web01 40%: builds x')
  assert(told({ kind = 'end' }) == '')
  require('arda.work').cancel()
  finish(table.concat(labels, ' ') .. '\n' .. hover, 0)
end)
if not done then
  finish('FAILED: ' .. tostring(message), 1)
end
