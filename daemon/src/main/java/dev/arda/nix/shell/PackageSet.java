package dev.arda.nix.shell;

import dev.arda.nix.core.Nix;
import dev.arda.nix.core.NixCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The flake that packages are taken from: {@code ARDA_NIXPKGS}, else what the registry calls {@code
 * nixpkgs}.
 *
 * @param reference flake reference
 * @param key tells apart what may give other packages: the reference, and all of the caller's Nix
 *     that decides what it gives; of a local flake also the state of its files
 * @param fixed whether packages cannot change as long as the key does not
 */
record PackageSet(String reference, String key, boolean fixed) {

  private static final String DEFAULT = "nixpkgs";
  private static final int KEY_BYTES = 16;

  /** With the commit in it. */
  private static final Pattern FIXED =
      Pattern.compile("[?&]rev=[0-9a-f]{40}|^[a-z]+:[^?]*/[0-9a-f]{40}([?/]|$)");

  /** The packages of a caller. Runs no process. */
  static PackageSet of(Nix nix) {
    var named = nix.variables().nixpkgs();
    var reference = NixCommands.flakeRef(named.orElse(DEFAULT));
    var state = directory(nix, reference).map(PackageSet::state);
    return new PackageSet(
        reference,
        hash(
            List.of(
                reference,
                state.orElse(""),
                nix.programIdentity().toString(),
                nix.environment().getOrDefault("NIX_STORE_DIR", ""),
                nix.commands().evaluationFlags().toString())),
        FIXED.matcher(reference).find());
  }

  /** The directory of a local flake. */
  private static Optional<Path> directory(Nix nix, String reference) {
    var plain = reference.startsWith("path:") ? reference.substring("path:".length()) : reference;
    if (!plain.startsWith("/") && !plain.startsWith(".")) {
      return Optional.empty();
    }
    try {
      var query = plain.indexOf('?');
      return Optional.of(
          nix.context().cwd().resolve(query < 0 ? plain : plain.substring(0, query)).normalize());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Names, sizes and times of everything at the top of a flake: enough to see that it changed. */
  private static String state(Path directory) {
    var result = new TreeMap<String, String>();
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        result.put(
            file.toString(), attributes.size() + " " + attributes.lastModifiedTime().toMillis());
      }
    } catch (IOException e) {
      return "unreadable";
    }
    return result.toString();
  }

  private static String hash(List<String> parts) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : parts) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
