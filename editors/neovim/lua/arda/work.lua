--- What arda builds and deploys for this editor: how it goes, in a line, and `:ArdaCancel`.
local M = {}

local running = {} -- by client and token, in the order of their beginnings

local function find(client, token)
  for index, work in ipairs(running) do
    if work.client == client and work.token == token then
      return work, index
    end
  end
end

local function describe(work)
  local percent = work.percentage and work.percentage > 0 and (' ' .. work.percentage .. '%') or ''
  local message = work.message and work.message ~= '' and (': ' .. work.message) or ''
  return work.title .. percent .. message
end

--- What goes on, in one line; empty if nothing does. For a status line.
function M.status()
  return table.concat(vim.tbl_map(describe, running), ', ')
end

--- Shows a line where messages are shown, without keeping it. One that does not fit would have to be confirmed.
local function show(text)
  local mode = vim.api.nvim_get_mode()
  if mode.blocking or mode.mode:sub(1, 1) == 'c' then
    return
  end
  local room = vim.v.echospace
  if vim.fn.strdisplaywidth(text) > room then
    text = vim.fn.strcharpart(text, 0, room - 1) .. '…'
  end
  vim.api.nvim_echo({ { text } }, false, {})
  vim.cmd('redraw')
end

--- Hears `$/progress` of arda; what other plugins do with it, they do as well.
function M.progress(failure, result, context, config)
  local value = result.value
  local work, index = find(context.client_id, result.token)
  if value.kind == 'begin' then
    work = { client = context.client_id, token = result.token, title = value.title }
    table.insert(running, work)
  elseif value.kind == 'end' and work then
    table.remove(running, index)
  end
  if work then
    work.percentage = value.percentage or work.percentage
    work.message = value.message
    if value.kind ~= 'end' then
      show('arda: ' .. describe(work) .. '  (:ArdaCancel gives it up)')
    end
  end
  return vim.lsp.handlers['$/progress'](failure, result, context, config)
end

local function give_up(work)
  local client = work and vim.lsp.get_client_by_id(work.client)
  if not client then
    return
  end
  local method, params = 'window/workDoneProgress/cancel', { token = work.token }
  if vim.fn.has('nvim-0.11') == 1 then
    client:notify(method, params)
  else
    client.notify(method, params)
  end
  show('arda: ' .. work.title .. ' is being given up')
end

--- Gives up what goes on; asks which, if that is several.
function M.cancel()
  running = vim.tbl_filter(function(work)
    return vim.lsp.get_client_by_id(work.client) ~= nil
  end, running)
  if #running == 0 then
    show('arda: nothing goes on')
  elseif #running == 1 then
    give_up(running[1])
  else
    vim.ui.select(running, { prompt = 'Give up:', format_item = describe }, give_up)
  end
end

return M
