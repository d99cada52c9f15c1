package dev.arda.nix.user;

import dev.arda.nix.core.Nix;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Builds the command lines that enter development shells. */
final class DevelopmentShells {

  private DevelopmentShells() {}

  /**
   * A derivation of a flake.
   *
   * @param flake locked reference
   * @param selector where in it
   */
  static List<String> ofFlake(Nix nix, String flake, String selector, List<String> command) {
    return develop(nix, flake + "#" + selector, command);
  }

  /**
   * A file with a shell, or a directory with {@code flake.nix}, {@code shell.nix} or {@code
   * default.nix}, in this order.
   *
   * @param selector what says so
   * @throws UserException {@code WRONG_TYPE} if it is neither
   */
  static List<String> ofPath(Nix nix, String text, String selector, List<String> command) {
    if (text.startsWith("/")) {
      var path = Path.of(text);
      if (Files.isRegularFile(path.resolve("flake.nix"))) {
        return develop(nix, "path:" + path, command);
      }
      for (var file : List.of(path.resolve("shell.nix"), path.resolve("default.nix"), path)) {
        if (Files.isRegularFile(file)) {
          return classic(nix, file, command);
        }
      }
    }
    throw new UserException(
        Reason.WRONG_TYPE,
        "%s is no development shell: neither a derivation, nor a Nix file, nor a directory with flake.nix, shell.nix or default.nix."
            .formatted(selector),
        Details.NONE.with("attribute", selector));
  }

  private static List<String> develop(Nix nix, String installable, List<String> command) {
    var words = new ArrayList<>(List.of("develop", installable));
    if (!command.isEmpty()) {
      words.add("--command");
      words.addAll(command);
    }
    return nix.commands().nixCommand(words);
  }

  private static List<String> classic(Nix nix, Path file, List<String> command) {
    var words = new ArrayList<>(List.of(nix.programs().nixShell().toString(), file.toString()));
    if (!command.isEmpty()) {
      words.add("--run");
      // nix-shell has bash read it.
      words.add(
          command.stream()
              .map(word -> "'" + word.replace("'", "'\\''") + "'")
              .collect(Collectors.joining(" ")));
    }
    return words;
  }
}
