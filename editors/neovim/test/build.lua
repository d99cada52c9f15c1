-- nvim --headless -u NONE -i NONE -n -c 'luafile test/build.lua'
-- Builds two hosts of ARDA_TEST_FLAKE by their lenses; the second one, which writes ARDA_TEST_STARTED and never ends, is given up. Prints what is told of each.
local flake, arda, package = vim.env.ARDA_TEST_FLAKE, vim.env.ARDA_TEST_PROGRAM, vim.env.ARDA_TEST_PACKAGE
local function finish(text, code)
  io.stdout:write(text .. '\n')
  vim.cmd(code == 0 and 'qall!' or 'cquit!')
end
local told = {}
local progress = vim.lsp.handlers['$/progress']
vim.lsp.handlers['$/progress'] = function(failure, result, context, config)
  local value = result.value
  if value.kind == 'begin' then
    table.insert(told, 'begin ' .. value.title)
  elseif value.kind == 'end' then
    table.insert(told, 'end ' .. value.message)
  end
  return progress(failure, result, context, config)
end
-- Of several lenses of a line, people are asked for one.
vim.ui.select = function(items, options, choose)
  for index, item in ipairs(items) do
    local title = options.format_item and options.format_item(item) or ''
    if title:find('Build', 1, true) then
      return choose(item, index)
    end
  end
  error('there is no lens that builds')
end
local function ended(count)
  return vim.wait(120000, function()
    local found = 0
    for _, line in ipairs(told) do
      found = found + (line:sub(1, 4) == 'end ' and 1 or 0)
    end
    return found >= count
  end, 20)
end
local function run(host)
  vim.fn.search(host .. '.config', 'w')
  vim.lsp.codelens.run()
end
local done, message = pcall(function()
  vim.opt.runtimepath:append(package)
  require('arda').setup({ cmd = { arda, 'lsp' } })
  vim.cmd('edit ' .. flake .. '/flake.nix')
  vim.bo.filetype = 'nix'
  local client
  assert(
    vim.wait(60000, function()
      for _, one in pairs(vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.lsp.buf_get_clients(0)) do
        client = one.initialized and one
      end
      return client
    end, 20),
    'no server was attached'
  )
  require('arda').lenses(vim.api.nvim_get_current_buf())
  assert(
    vim.wait(60000, function()
      return #vim.lsp.codelens.get(vim.lsp.codelens.enable and { bufnr = 0 } or 0) > 0
    end, 20),
    'there are no lenses'
  )
  run('quick')
  assert(ended(1), 'the first build did not end')
  run('slow')
  assert(
    vim.wait(120000, function()
      return vim.fn.filereadable(vim.env.ARDA_TEST_STARTED) == 1
    end, 20),
    'the second build did not begin'
  )
  assert(require('arda').status():find('Build slow', 1, true), 'the status is ' .. require('arda').status())
  require('arda.work').cancel()
  assert(ended(2), 'the second build did not end')
  finish(table.concat(told, '\n'), 0)
end)
if not done then
  finish('FAILED: ' .. tostring(message) .. '\n' .. table.concat(told, '\n'), 1)
end
