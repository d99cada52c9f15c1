package dev.arda.nix.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A fingerprint of everything outside the command line that Nix takes settings from: its
 * configuration files with the files they include, and variables (the manual's page on {@code
 * nix.conf}). So an edited file is noticed although the settings are remembered.
 */
final class NixConfigFiles {

  private static final Pattern VARIABLES =
      Pattern.compile("NIX_.*|XDG_CONFIG_(HOME|DIRS)|HOME|USER|IN_NIX_.*");
  private static final Pattern INCLUDE = Pattern.compile("\\s*!?include\\s+(\\S+).*");
  private static final int MOST_FILES = 100;

  private NixConfigFiles() {}

  /** The fingerprint for a shell with these variables. */
  static String fingerprint(Map<String, String> environment) {
    var digest = sha256();
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          if (VARIABLES.matcher(name).matches()) {
            add(digest, name);
            add(digest, value);
          }
        });
    var seen = new HashSet<Path>();
    for (var file : files(environment)) {
      addFile(digest, file, seen);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> files(Map<String, String> environment) {
    var names = new ArrayList<String>();
    names.add(environment.getOrDefault("NIX_CONF_DIR", "/etc/nix") + "/nix.conf");
    if (environment.containsKey("NIX_USER_CONF_FILES")) {
      names.addAll(List.of(environment.getOrDefault("NIX_USER_CONF_FILES", "").split(":", -1)));
    } else {
      var home = environment.getOrDefault("HOME", "");
      var directories =
          environment.getOrDefault("XDG_CONFIG_HOME", home + "/.config")
              + ":"
              + environment.getOrDefault("XDG_CONFIG_DIRS", "/etc/xdg");
      for (var directory : directories.split(":", -1)) {
        names.add(directory + "/nix/nix.conf");
      }
    }
    var result = new ArrayList<Path>();
    for (var name : names) {
      try {
        if (name.startsWith("/")) {
          result.add(Path.of(name));
        }
      } catch (InvalidPathException _) {
        // Nix cannot read it either.
      }
    }
    return result;
  }

  private static void addFile(MessageDigest digest, Path file, Set<Path> seen) {
    if (!seen.add(file) || seen.size() > MOST_FILES) {
      return;
    }
    add(digest, file.toString());
    // Most are not there, and an exception for each would take longer than all the rest.
    if (!Files.exists(file)) {
      add(digest, "unreadable");
      return;
    }
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      add(digest, "unreadable");
      return;
    }
    add(digest, text);
    for (var line : text.lines().toList()) {
      var include = INCLUDE.matcher(line);
      if (include.matches()) {
        try {
          addFile(digest, file.resolveSibling(include.group(1)), seen);
        } catch (InvalidPathException _) {
          // Nix cannot read it either.
        }
      }
    }
  }

  private static void add(MessageDigest digest, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
