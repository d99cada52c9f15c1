package dev.arda.lsp;

import dev.arda.client.Environment;
import dev.arda.client.LibrarySettings;
import dev.arda.lsp.daemon.Patience;
import dev.arda.lsp.protocol.Conversation;
import dev.arda.lsp.protocol.HeapRelease;
import dev.arda.lsp.protocol.Server;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The process of {@code arda lsp}: a language server on standard input and output. */
public final class Main {

  private static final String USAGE =
      """
      Usage: arda lsp [--stdio]
      A language server for Nix flakes on standard input and output. Editors start it (docs/editors.md).
      """;

  private Main() {}

  /** Serves one editor and ends the process. */
  public static void main(String[] args) {
    // What any library prints would break the protocol.
    var out = new FileOutputStream(FileDescriptor.out);
    System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true));
    LibrarySettings.apply();
    System.exit(run(List.of(args), out));
  }

  private static int run(List<String> arguments, FileOutputStream out) {
    for (var argument : arguments) {
      if (argument.equals("--help")) {
        System.err.print(USAGE);
        return 0;
      }
      if (!argument.equals("--stdio")) {
        System.err.print("arda lsp: unknown argument " + argument + "\n" + USAGE);
        return 2;
      }
    }
    var version =
        Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
            .orElse("development");
    var environment = Environment.ofProcess();
    var server = new AtomicReference<Optional<Server>>(Optional.empty());
    boolean ordered =
        Conversation.hold(
            new FileInputStream(FileDescriptor.in),
            new BufferedOutputStream(out),
            editor -> {
              var made =
                  new Server(
                      editor, environment, Patience.OF_A_PERSON, version, () -> System.exit(1));
              server.set(Optional.of(made));
              return made;
            },
            HeapRelease.ofProcess()::said);
    server.get().ifPresent(Server::close);
    return ordered ? 0 : 1;
  }
}
