--- The commands of arda's lenses. Those that are for any of several hosts or users ask which, in Neovim's own list.
local M = {}

local function execute(client, command, arguments, buffer)
  local method, params = 'workspace/executeCommand', { command = command, arguments = arguments }
  if vim.fn.has('nvim-0.11') == 1 then
    client:request(method, params, nil, buffer)
  else
    client.request(method, params, nil, buffer)
  end
end

local function run(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  if not client then
    return
  end
  local wish = command.arguments and command.arguments[1] or {}
  if not wish.names then
    return execute(client, command.command, command.arguments, context.bufnr)
  end
  vim.ui.select(wish.names, { prompt = ('Which %s?'):format(wish.kind) }, function(name)
    if name then
      execute(client, command.command, { { uri = wish.uri, kind = wish.kind, name = name } }, context.bufnr)
    end
  end)
end

M.commands = { ['arda.build'] = run, ['arda.diff'] = run, ['arda.deploy'] = run, ['arda.apply'] = run }

return M
