package dev.arda.nix.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.NixVariables;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which packages may be fetched, and which need not be (the seed's {@code Packages}, section 1.3).
 *
 * @param allowed names of packages that may be fetched
 * @param provided names of packages whose programs are on the {@code PATH} already: {@code
 *     ARDA_PROVIDED_PACKAGES}
 * @param ownList the file in which the user can allow more
 */
public record Packages(Set<String> allowed, Set<String> provided, Path ownList) {

  /** An attribute of a package set, perhaps inside another: {@code python3Packages.black}. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_+-]*(\\.[A-Za-z_][A-Za-z0-9_+-]*)*");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the sets. */
  public Packages {
    allowed = Set.copyOf(allowed);
    provided = Set.copyOf(provided);
  }

  /**
   * The packages of a caller: arda's own list, and what the caller has added in {@code
   * $XDG_CONFIG_HOME/arda/allowed-packages.json}, a list of the same form. A flake cannot add to
   * it.
   *
   * @throws CommandException {@code REQUEST_INVALID} if the caller's list cannot be read
   */
  public static Packages of(CallContext context) {
    var allowed = new TreeSet<>(standard());
    Path own = ownList(context);
    if (Files.exists(own)) {
      allowed.addAll(read(own));
    }
    return new Packages(allowed, NixVariables.of(context.environment()).providedPackages(), own);
  }

  /** arda's own list. */
  static Set<String> standard() {
    try (var resource = Packages.class.getResourceAsStream("allowed-packages.json")) {
      if (resource == null) {
        throw new IllegalStateException("allowed-packages.json is not there");
      }
      return names(JSON.readTree(resource));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path ownList(CallContext context) {
    var environment = context.environment();
    var configuration = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path home = context.cwd().resolve(environment.getOrDefault("HOME", "/"));
    Path directory =
        configuration.startsWith("/") ? Path.of(configuration) : home.resolve(".config");
    return directory.resolve("arda/allowed-packages.json");
  }

  private static Set<String> read(Path file) {
    try {
      return names(JSON.readTree(Files.readAllBytes(file)));
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(
          Reason.REQUEST_INVALID,
          "%s is not a list of packages, such as [\"cowsay\"]: %s"
              .formatted(file, TerminalText.strip(String.valueOf(e.getMessage()))),
          Details.NONE.with("list", file.toString()).with(e));
    }
  }

  private static Set<String> names(JsonNode list) {
    if (!list.isArray()) {
      throw new IllegalArgumentException("it is no JSON array");
    }
    var result = new TreeSet<String>();
    for (var name : list) {
      if (!name.isTextual() || !NAME.matcher(name.asText()).matches()) {
        throw new IllegalArgumentException(name + " is no name of a package");
      }
      result.add(name.asText());
    }
    return result;
  }

  /**
   * Does nothing if all of some packages may be fetched.
   *
   * @throws CommandException {@code PACKAGE_NOT_ALLOWED}, naming all that may not
   */
  public void ensureAllowed(Collection<String> packages) {
    var refused = packages.stream().filter(name -> !allowed.contains(name)).distinct().toList();
    if (refused.isEmpty()) {
      return;
    }
    var names = String.join(", ", refused.stream().map(Packages::shown).toList());
    throw new CommandException(
        Reason.PACKAGE_NOT_ALLOWED,
        "%s %s not on the list of packages that arda fetches. To allow more, write them into %s, for example [\"cowsay\"]."
            .formatted(names, refused.size() == 1 ? "is" : "are", ownList),
        Details.NONE.with("packages", names).with("list", ownList.toString()));
  }

  /** Whether the programs of a package are on the {@code PATH} already. */
  public boolean isProvided(String name) {
    return provided.contains(name);
  }

  /** A name as it can stand in a message. */
  static String shown(String name) {
    if (NAME.matcher(name).matches()) {
      return name;
    }
    var line = TerminalText.strip(name.replace("\n", "\\n").replace("\t", "\\t"));
    return "'" + (line.length() <= 200 ? line : line.substring(0, 200) + "…") + "'";
  }

  /** The names of programs that are not called like their packages. */
  static String packageOf(String program) {
    return switch (program) {
      case "ssh", "scp", "sftp", "ssh-keygen", "ssh-keyscan", "ssh-add", "ssh-agent" -> "openssh";
      case "gpg" -> "gnupg";
      case "age-keygen" -> "age";
      case "nc" -> "netcat";
      case "nixos-rebuild" -> "nixos-rebuild-ng";
      case "mkfs.ext4", "fsck.ext4" -> "e2fsprogs";
      default -> program;
    };
  }

  /** In the order of a list, without what is provided. */
  List<String> withoutProvided(Collection<String> packages) {
    return packages.stream().distinct().filter(name -> !isProvided(name)).toList();
  }
}
