package dev.arda.nix.system.source;

import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixCommands;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.system.deploy.HardwareReports.Backend;
import dev.arda.nix.system.source.HostHardware.Wish;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a text can be a report about hardware.
 *
 * @param runner runs Nix
 * @param facts knows what it can do
 */
public record HardwareText(ProcessRunner runner, NixFacts facts) {

  /**
   * Checks that a file that was written can be imported as a module, also where no host does that
   * yet.
   *
   * @throws dev.arda.nix.types.SystemException {@code HOST_SOURCE_REFUSED} with what Nix says
   */
  void check(Wish wish, Path file) {
    if (wish.backend() != Backend.NIXOS_GENERATE_CONFIG) {
      return; // was read as JSON
    }
    var nix = Nix.of(wish.context(), runner, facts);
    var expression =
        "let it = import (/. + %s); in builtins.isFunction it || builtins.isAttrs it"
            .formatted(NixText.string(file.toString()));
    var result =
        runner.run(
            nix.command(
                    nix.commands().nixInstantiateEval(EnumSet.noneOf(NixCommands.Evaluation.class)))
                .input(expression.getBytes(StandardCharsets.UTF_8))
                .build());
    if (!result.succeeded() || !result.outputText().strip().equals("true")) {
      throw HostHardware.refused(
          wish,
          "What %s says is no module of NixOS, so nothing was written%s"
              .formatted(
                  wish.backend().program(),
                  result.succeeded() ? "." : ": " + error(result.errorTail())));
    }
  }

  private static String error(String text) {
    return TerminalText.strip(text)
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("error:"))
        .map(line -> line.substring("error:".length()).strip())
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("it cannot be read");
  }

  /**
   * Checks that a file that was named may be replaced: that it is a report already, and not the one
   * of another host.
   *
   * @param path of it, relative to the flake
   * @param text what it holds
   * @param hosts all hosts of the flake
   * @throws dev.arda.nix.types.SystemException {@code HOST_SOURCE_REFUSED} if not
   */
  static void mayReplace(Wish wish, Path path, String text, Set<String> hosts) {
    var name = Objects.requireNonNull(path.getFileName()).toString();
    boolean isReport =
        text.isBlank()
            || switch (wish.backend()) {
              case NIXOS_FACTER -> name.contains("facter") || text.stripLeading().startsWith("{");
              case NIXOS_GENERATE_CONFIG ->
                  name.contains("hardware") || text.contains("nixos-generate-config");
            };
    if (!isReport) {
      throw HostHardware.refused(
          wish,
          "%s is there, and is no report of %s. Name another file, or remove it first."
              .formatted(path, wish.backend().program()));
    }
    if (belongs(path, wish.host().text())) {
      return;
    }
    for (var other : hosts) {
      if (belongs(path, other)) {
        throw HostHardware.refused(
            wish,
            "%s is a file of %s. Name another one, or remove it first.".formatted(path, other));
      }
    }
  }

  /** Whether a host is named by a directory or the beginning of a file's name. */
  private static boolean belongs(Path path, String host) {
    var named = Pattern.compile(Pattern.quote(host) + "([-._].*)?");
    for (var part : path) {
      if (named.matcher(part.toString()).matches()) {
        return true;
      }
    }
    return false;
  }
}
