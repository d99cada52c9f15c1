package dev.arda.nix.system.rebuild;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.ProcessRunner;
import dev.arda.nix.shell.Shell;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the programs, on the caller's {@code PATH} or else in the package set, and finds out what
 * they know. Blocks; interrupting the thread gives it up.
 *
 * @param runner runs them
 * @param shell has those that are not on the {@code PATH}
 */
public record RebuildTools(ProcessRunner runner, Shell shell) {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long LARGEST = 1 << 20;
  private static final Pattern OPTION = Pattern.compile("(?<![A-Za-z0-9-])--[a-z][a-z0-9-]*");

  /** What Nix wraps around programs names the one inside. */
  private static final Pattern WRAPPED =
      Pattern.compile("[\"'](/[^\"'\\s]*/\\.(?:nixos|darwin)-rebuild-wrapped)[\"']");

  /** What a program says that must not be run by anybody else. */
  private static final Pattern FOR_ROOT =
      Pattern.compile("activation must now be run as root", Pattern.CASE_INSENSITIVE);

  /** Known to no program; the complaint of some lists what is known. */
  private static final String UNKNOWN = "--arda-asks-what-you-know";

  /**
   * The program of a kind.
   *
   * @throws NixException {@code PACKAGE_NOT_ALLOWED}, {@code PACKAGE_MISSING}, {@code BUILD_FAILED}
   *     if it is not there and cannot be had
   */
  public RebuildTool find(CallContext context, RebuildKind kind) {
    return examine(context, kind, shell.ensureShellTool(context, kind.program()));
  }

  /** The same, with the program at a path. */
  RebuildTool examine(CallContext context, RebuildKind kind, Path path) {
    var text = text(path);
    var inside = WRAPPED.matcher(text).results().map(match -> match.group(1)).findFirst();
    var code = text + inside.map(file -> text(Path.of(file))).orElse("");
    var known = options(code);
    if (!known.contains("--flake")) {
      known.addAll(options(said(context, path, "--help")));
    }
    if (!known.contains("--flake")) {
      // The help of some is a page of man, which need not be there.
      known.addAll(options(said(context, path, UNKNOWN)));
    }
    known.remove(UNKNOWN);
    return new RebuildTool(
        kind, path, known.contains("--flake") ? known : Set.of(), FOR_ROOT.matcher(code).find());
  }

  private static Set<String> options(String text) {
    return OPTION
        .matcher(text)
        .results()
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What a script holds; nothing of a program that is none. */
  private static String text(Path path) {
    try {
      if (Files.size(path) > LARGEST) {
        return "";
      }
      var text = Files.readString(path, StandardCharsets.ISO_8859_1);
      return text.startsWith("#!") ? text : "";
    } catch (IOException e) {
      return "";
    }
  }

  private String said(CallContext context, Path path, String word) {
    var variables = new TreeMap<>(context.environment());
    for (var pager : List.of("PAGER", "MANPAGER")) {
      variables.put(pager, "cat");
    }
    variables.put("TERM", "dumb");
    try {
      return told(
          runner.run(
              Command.of(List.of(path.toString(), word), variables, context.cwd())
                  .timeLimit(LIMIT)
                  .outputLimit(LARGEST)
                  .build()));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      return "";
    }
  }

  private static String told(CommandResult result) {
    // A page of man overstrikes what is bold.
    return (result.outputText() + "\n" + result.errorTail()).replaceAll(".\b", "");
  }

  /** Whether a system has a {@code nixos-rebuild} of its own. */
  public static Optional<Path> ownOf(Path system) {
    return Optional.of(system.resolve("sw/bin/" + RebuildKind.NIXOS.program()))
        .filter(Files::isExecutable);
  }
}
