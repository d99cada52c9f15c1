package dev.arda.nix.user;

import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions.InputOverride;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Makes home configurations of entries of {@code clan.core.users} (the seed's {@code
 * generate_home_manager_expression}, section 15.2.5; ADR 22). {@code home.nix} says how; a flake of
 * arda's own, whose only input is one state of the user's flake, offers the results, so that they
 * are asked, cached and built like everything else that a flake offers. Thread-safe.
 *
 * @param directory for these flakes; created when needed
 */
record GeneratedHomes(Path directory) {

  /** The input of the generated flakes that is the user's flake. */
  private static final String INPUT = "flake";

  /** How many generated flakes are kept. */
  private static final int KEPT = 64;

  /**
   * For which machine a configuration is made.
   *
   * @param hostName its name, without a domain
   * @param system for example {@code x86_64-linux}
   */
  record Machine(String hostName, String system) {}

  /** Where the flake offers what is made of an entry. */
  static List<String> path(String name) {
    return List.of("homes", name);
  }

  /**
   * A flake that offers, for each entry of {@code clan.core.users}, {@code homes.NAME} with {@code
   * problems}, {@code facts}, {@code secrets} and {@code configuration}.
   *
   * @param state the user's flake
   * @return its reference
   */
  String flake(FlakeState state, Machine machine) {
    var text =
        """
        {
          inputs.%s.url = %s;
          outputs = { self, flake }: {
            homes = builtins.mapAttrs
              (name: _: import ./home.nix { inherit flake name; hostName = %s; system = %s; })
              flake.clan.core.users;
          };
        }
        """
            .formatted(
                INPUT, literal(url(state)), literal(machine.hostName()), literal(machine.system()));
    var home = Scripts.resource("home.nix");
    var place = directory.resolve(digest(text + home));
    try {
      if (!Files.isRegularFile(place.resolve("flake.nix"))) {
        write(place, text, home);
        removeOld();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "path:" + place;
  }

  /** The caller, asking such a flake: what overrides an input of the user's flake still does. */
  static CallContext context(CallContext context) {
    var options = context.options();
    if (options.inputOverrides().isEmpty()) {
      return context;
    }
    return context.with(
        options.withInputOverrides(
            options.inputOverrides().stream()
                .map(one -> new InputOverride(INPUT + "/" + one.inputPath(), one.flakeRef()))
                .toList()));
  }

  /** The configuration as one expression that needs no other file. */
  static String expression(FlakeState state, String name, Machine machine) {
    return """
    # clan.core.users.%s as a home-manager configuration; build its activationPackage.
    let
      home =
    %s
    in
    (home {
      flake = builtins.getFlake %s;
      name = %s;
      hostName = %s;
      system = %s;
    }).configuration
    """
        .formatted(
            name.replaceAll("\\p{Cc}", "?"),
            Scripts.resource("home.nix").strip().indent(4).stripTrailing() + ";",
            literal(url(state)),
            literal(name),
            literal(machine.hostName()),
            literal(machine.system()));
  }

  /**
   * A reference to exactly this state. A commit is named as such; any other tree is in the store.
   */
  static String url(FlakeState state) {
    if (state.revision().isPresent() && !state.lockedUrl().isEmpty()) {
      return state.lockedUrl();
    }
    return "path:%s?lastModified=%d&narHash=%s%s"
        .formatted(
            state.storePath(),
            state.lastModified(),
            state.narHash().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"),
            state.subdirectory().isEmpty() ? "" : "&dir=" + state.subdirectory());
  }

  /** A Nix string; nothing in it is code. */
  static String literal(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new UserException(Reason.REQUEST_INVALID, "A name cannot contain the character NUL.");
    }
    return '"'
        + text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("$", "\\$")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
        + '"';
  }

  private void write(Path place, String flake, String home) throws IOException {
    Files.createDirectories(directory);
    var fresh =
        directory.resolve(".new" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    Files.createDirectory(fresh);
    Files.writeString(fresh.resolve("home.nix"), home);
    Files.writeString(fresh.resolve("flake.nix"), flake);
    try {
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(fresh);
      // Somebody else made the same one.
      if (!Files.isRegularFile(place.resolve("flake.nix"))) {
        throw e;
      }
    }
  }

  private void removeOld() throws IOException {
    var all = new ArrayList<Path>();
    try (var found = Files.list(directory)) {
      found.forEach(all::add);
    }
    all.sort(Comparator.comparing(path -> path.toFile().lastModified(), Comparator.reverseOrder()));
    for (var old : all.subList(Math.min(KEPT, all.size()), all.size())) {
      remove(old);
    }
  }

  /** Such a directory holds files only. */
  private static void remove(Path place) throws IOException {
    try (var files = Files.list(place)) {
      for (var file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(place);
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)),
              0,
              12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
