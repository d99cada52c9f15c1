package dev.arda.nix.user;

import com.fasterxml.jackson.databind.JsonNode;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import dev.arda.nix.user.age.Age;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which secrets a user has, for whom they are, and where they go: what {@code
 * clan.core.users.NAME.secrets} of a flake says.
 *
 * @param tree store path of the flake's tree
 * @param file the file that says so, below the root of the tree; empty: there is none
 * @param userKeys recipients of every secret
 * @param hostKeys recipients by the host whose secrets are for them, too
 * @param secrets in bytewise order of their names
 */
record SecretDeclarations(
    String tree,
    String file,
    List<String> userKeys,
    Map<String, List<String>> hostKeys,
    List<Declared> secrets) {

  /** Copies the collections. */
  SecretDeclarations {
    userKeys = List.copyOf(userKeys);
    hostKeys = Map.copyOf(hostKeys);
    secrets = List.copyOf(secrets);
  }

  /**
   * One secret.
   *
   * @param path below the home directory, where a link to it is made; empty: none is
   * @param hosts the hosts that it is for; none: all
   */
  record Declared(SecretName name, String path, List<String> hosts) {
    /** Copies the list. */
    Declared {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * Reads what {@code home.nix} says.
   *
   * @param user the entry of {@code clan.core.users}
   * @param tree store path of the flake's tree; empty: not known
   * @throws UserException {@code USER_DESCRIPTION_INVALID}, telling all that is wrong
   */
  static SecretDeclarations read(String user, JsonNode said, String tree) {
    var file = said.path("file").asText();
    if (file.isEmpty()) {
      return new SecretDeclarations(tree, "", List.of(), Map.of(), List.of());
    }
    var reader = new Reader();
    // A Nix that names no store path for a flake still does for its files.
    var root = tree.isEmpty() ? file.replaceFirst("(/[0-9a-z]{32}-[^/]+)/.*$", "$1") : tree;
    if (!file.startsWith(root + "/")) {
      reader.wrong("it is no file of the flake");
      throw reader.fault(user, file);
    }
    var place = file.substring(root.length() + 1);
    var result = reader.read(root, place, said.path("said"));
    if (!reader.problems.isEmpty()) {
      throw reader.fault(user, place);
    }
    return result;
  }

  /** Reads, and collects all that is wrong. */
  private static final class Reader {
    private final List<String> problems = new ArrayList<>();

    void wrong(String problem) {
      problems.add(problem);
    }

    SecretDeclarations read(String tree, String place, JsonNode said) {
      only(said, "", "recipients", "secrets");
      var recipients = said.path("recipients");
      only(recipients, "recipients", "users", "hosts");
      var hostKeys = new TreeMap<String, List<String>>();
      set(recipients.path("hosts"), "recipients.hosts")
          .properties()
          .forEach(host ->
              hostKeys.put(
                  host.getKey(), keys(host.getValue(), "recipients.hosts." + host.getKey())));
      var secrets = new ArrayList<Declared>();
      for (var one : set(said.path("secrets"), "secrets").properties()) {
        secret(one.getKey(), one.getValue()).ifPresent(secrets::add);
      }
      secrets.sort(Comparator.comparing(one -> one.name().text()));
      return new SecretDeclarations(
          tree, place, keys(recipients.path("users"), "recipients.users"), hostKeys, secrets);
    }

    private Optional<Declared> secret(String name, JsonNode said) {
      var where = "secrets." + shown(name);
      if (!SecretName.isName(name)) {
        wrong(where + " cannot be the name of a secret: letters, digits and . _ -");
        return Optional.empty();
      }
      only(said, where, "path", "hosts");
      var path = said.path("path");
      if (!path.isMissingNode() && !(path.isTextual() && isBelowHome(path.asText()))) {
        wrong(where + ".path is a path below the home directory");
        return Optional.empty();
      }
      return Optional.of(
          new Declared(
              new SecretName(name), path.asText(), texts(said.path("hosts"), where + ".hosts")));
    }

    private static boolean isBelowHome(String text) {
      var path = text.isEmpty() ? Path.of("..") : Path.of(text.replace("\0", "\n"));
      return !path.isAbsolute()
          && !path.startsWith("..")
          && path.normalize().toString().equals(text)
          && text.chars().noneMatch(Character::isISOControl);
    }

    private List<String> keys(JsonNode said, String where) {
      var result = texts(said, where);
      result.forEach(
          key -> Age.fault(key).ifPresent(fault -> wrong(where + ": " + shown(key) + " " + fault)));
      return result;
    }

    private List<String> texts(JsonNode said, String where) {
      if (said.isTextual()) {
        return List.of(said.asText());
      }
      var result = new ArrayList<String>();
      boolean fine = said.isMissingNode() || said.isArray();
      for (var one : said) {
        fine &= one.isTextual();
        result.add(one.asText());
      }
      if (!fine) {
        wrong(where + " is a list of strings");
        return List.of();
      }
      return result;
    }

    private JsonNode set(JsonNode said, String where) {
      if (!said.isMissingNode() && !said.isObject()) {
        wrong(where + " is a set");
      }
      return said;
    }

    private void only(JsonNode said, String where, String... fields) {
      if (!said.isMissingNode() && !said.isObject()) {
        wrong((where.isEmpty() ? "it" : where) + " is a set");
        return;
      }
      said.fieldNames()
          .forEachRemaining(field -> {
            if (!List.of(fields).contains(field)) {
              wrong(
                  "%s%s is not known; there are %s"
                      .formatted(
                          where.isEmpty() ? "" : where + ".",
                          shown(field),
                          String.join(", ", fields)));
            }
          });
    }

    private static String shown(String text) {
      var safe = text.replaceAll("\\p{Cc}", "?");
      return safe.length() <= 80 ? safe : safe.substring(0, 80) + "…";
    }

    UserException fault(String user, String place) {
      var shown = user.replaceAll("\\p{Cc}", "?");
      return new UserException(
          Reason.USER_DESCRIPTION_INVALID,
          "The secrets of %s cannot be understood:%s"
              .formatted(
                  shown,
                  String.join(
                      "",
                      problems.stream().map(one -> "\n  " + shown(place) + ": " + one).toList())),
          Details.NONE.with("user", shown).with("problems", Integer.toString(problems.size())));
    }
  }

  /** The directory of the encrypted files, below the root of the tree. */
  String folder() {
    return file.replaceFirst("\\.nix$", "");
  }

  /** The encrypted file of a secret, below the root of the tree. */
  String fileOf(SecretName name) {
    return folder() + "/" + name.text() + ".age";
  }

  /** All for whom a secret is, each once. */
  List<String> recipients(Declared secret) {
    var result = new LinkedHashSet<>(userKeys);
    hostKeys.forEach((host, keys) -> {
      if (secret.hosts().isEmpty() || secret.hosts().contains(host)) {
        result.addAll(keys);
      }
    });
    return List.copyOf(result);
  }

  /**
   * A secret.
   *
   * @throws UserException {@code SECRET_MISSING}
   */
  Declared get(SecretName name) {
    return secrets.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UserException(
                Reason.SECRET_MISSING,
                "%s declares no secret %s; write secrets.%s = { }; there first."
                    .formatted(file, name, GeneratedHomes.literal(name.text())),
                Details.NONE.with("secret", name.text())));
  }

  /** The secrets that a host has. */
  List<Declared> on(String host) {
    return secrets.stream()
        .filter(one -> one.hosts().isEmpty() || one.hosts().contains(host))
        .toList();
  }
}
