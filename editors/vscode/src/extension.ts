import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as path from "node:path";
import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions, State } from "vscode-languageclient/node";

let client: LanguageClient | undefined;
let status: vscode.LanguageStatusItem;

/** Flakes are read as Nix by nix-ide and the like; without one of those, flake.nix is plain text. */
const documents = [
  { scheme: "file", language: "nix" },
  { scheme: "file", pattern: "**/flake.nix" },
];

function command(): string {
  // Where the workspace is not trusted, VS Code withholds what the workspace says here.
  return vscode.workspace.getConfiguration("arda").get<string>("command") || "arda";
}

function options(): LanguageClientOptions {
  return {
    documentSelector: documents,
    initializationOptions: {
      inlayHints: vscode.workspace.getConfiguration("arda").get<boolean>("inlayHints"),
      // Can only take trust away; it is given by `arda trust` or by arda's own question.
      workspaceTrusted: vscode.workspace.isTrusted,
    },
    synchronize: { configurationSection: "arda" },
    outputChannelName: "arda",
    middleware: { executeCommand: choose },
  };
}

/** A command that is for any of several hosts or users: asks which, in a list instead of by buttons. */
async function choose(name: string, args: any[], next: (name: string, args: any[]) => any): Promise<any> {
  const wish = args?.[0];
  if (!Array.isArray(wish?.names)) return next(name, args);
  const chosen = await vscode.window.showQuickPick(wish.names as string[], { placeHolder: `Which ${wish.kind}?` });
  return chosen === undefined ? undefined : next(name, [{ uri: wish.uri, kind: wish.kind, name: chosen }]);
}

function show(text: string, severity = vscode.LanguageStatusSeverity.Information, busy = false): void {
  status.text = text;
  status.severity = severity;
  status.busy = busy;
}

async function start(): Promise<void> {
  const server: ServerOptions = { command: command(), args: ["lsp"] };
  const made = new LanguageClient("arda", "arda", server, options());
  client = made;
  made.onDidChangeState(({ newState }) => {
    if (newState === State.Running) show("arda");
    else if (newState === State.Starting) show("arda starts", vscode.LanguageStatusSeverity.Information, true);
    else show("arda is not running", vscode.LanguageStatusSeverity.Warning);
  });
  try {
    await made.start();
  } catch (error) {
    show("arda cannot be started", vscode.LanguageStatusSeverity.Error);
    await missing(error);
  }
}

async function missing(error: unknown): Promise<void> {
  const settings = "Open Settings";
  const again = "Try Again";
  const answer = await vscode.window.showErrorMessage(
    `${command()} cannot be started (${error instanceof Error ? error.message : String(error)}). Install arda, or say where it is in the setting arda.command.`,
    settings,
    again,
  );
  if (answer === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "arda.command");
  else if (answer === again) await restart();
}

async function restart(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.dispose();
  await start();
}

/** The directory of the nearest flake.nix above the file in the editor. */
async function flakeDirectory(): Promise<string | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme !== "file") return undefined;
  for (let at = path.dirname(document.uri.fsPath); ; at = path.dirname(at)) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.file(path.join(at, "flake.nix")));
      return at;
    } catch {
      if (path.dirname(at) === at) return undefined;
    }
  }
}

async function trust(): Promise<void> {
  const directory = await flakeDirectory();
  if (!vscode.workspace.isTrusted) {
    await vscode.window.showWarningMessage("Trust the workspace first: arda evaluates nothing in one that is not.");
  } else if (directory === undefined) {
    await vscode.window.showWarningMessage("This file belongs to no flake.");
  } else {
    try {
      await promisify(execFile)(command(), ["trust", directory]);
      await restart();
    } catch (error) {
      await vscode.window.showErrorMessage(`arda trust: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  status = vscode.languages.createLanguageStatusItem("arda", documents);
  status.name = "arda";
  status.command = { command: "arda.showLog", title: "Log" };
  show("arda starts", vscode.LanguageStatusSeverity.Information, true);
  context.subscriptions.push(
    status,
    vscode.commands.registerCommand("arda.restart", restart),
    vscode.commands.registerCommand("arda.showLog", () => client?.outputChannel.show()),
    vscode.commands.registerCommand("arda.trust", trust),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("arda.command")) await restart();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}
